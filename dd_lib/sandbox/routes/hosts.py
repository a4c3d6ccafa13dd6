"""The host list."""

import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, require_keys
from dd_lib.sandbox.moments import to_seconds
from dd_lib.sandbox.records import HostRecord
from dd_lib.sandbox.resources import Resource

router = APIRouter(dependencies=[Depends(require_keys)])


@router.get("/api/v1/hosts")
async def list_hosts(
    world: WorldNow,
    filter: str = "",
    start: Annotated[int, Query(ge=0)] = 0,
    count: Annotated[int, Query(ge=0, le=1000)] = 100,
) -> Resource:
    """`filter` is part of a name, or a tag; `start` is how many were read already."""
    known = {host.name: host for host in world.telemetry().hosts}
    found = [host for name, host in sorted(known.items()) if _matches(host, filter)]
    page = found[start : start + count]
    now = world.clock()
    hosts: list[JsonValue] = [_answer(host, now) for host in page]
    return {"host_list": hosts, "total_matching": len(found), "total_returned": len(page)}


def _matches(host: HostRecord, filter_: str) -> bool:
    name = filter_.removeprefix("host:").removeprefix("name:")
    return name in host.name or filter_ in host.tags or filter_ in host.apps


def _answer(host: HostRecord, now: datetime) -> Resource:
    number = int.from_bytes(hashlib.blake2b(host.name.encode(), digest_size=4).digest(), "big")
    return {
        "id": number,
        "name": host.name,
        "host_name": host.name,
        "aliases": [host.name],
        "apps": list(host.apps),
        "sources": ["agent"],
        "up": host.up,
        "is_muted": False,
        "mute_timeout": None,
        "last_reported_time": to_seconds(now),
        "tags_by_source": {"Datadog": list(host.tags)},
        "metrics": host.metrics.model_dump(exclude_none=True),
        "meta": {"agent_version": "7.71.0", "platform": "linux"},
    }
