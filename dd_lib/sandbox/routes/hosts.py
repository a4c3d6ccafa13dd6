"""Hosts: the list, how many there are, and their tags."""

import hashlib
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.moments import to_seconds
from dd_lib.sandbox.records import HostRecord
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.world import World

router = APIRouter(dependencies=[Depends(require_keys), Depends(limited("hosts_api"))])

SOURCE = "Datadog"  # where every tag of a scenario's host comes from


@router.get("/api/v1/hosts")
async def list_hosts(
    world: WorldNow,
    filter: str = "",
    start: Annotated[int, Query(ge=0)] = 0,
    count: Annotated[int, Query(ge=0, le=1000)] = 100,
    sort_dir: Literal["asc", "desc"] = "asc",
) -> Resource:
    """By name. `filter` is part of one, or a tag; `start` is how many were read already."""
    found = [host for host in _hosts(world) if _matches(host, filter)]
    if sort_dir == "desc":
        found.reverse()
    page = found[start : start + count]
    now = world.clock()
    hosts: list[JsonValue] = [_answer(host, now) for host in page]
    return {"host_list": hosts, "total_matching": len(found), "total_returned": len(page)}


@router.get("/api/v1/hosts/totals")
async def count_hosts(world: WorldNow) -> dict[str, int]:
    """A host that is down stopped reporting longer ago than either count looks back."""
    reporting = sum(host.up for host in _hosts(world))
    return {"total_active": reporting, "total_up": reporting}


@router.get("/api/v1/tags/hosts")
async def list_tags(world: WorldNow, source: str = "") -> Resource:
    """Which hosts have each tag."""
    tags: dict[str, list[JsonValue]] = {}
    for host in _hosts(world):
        for tag in _tags(host, source):
            tags.setdefault(tag, []).append(host.name)
    return {"tags": {tag: tags[tag] for tag in sorted(tags)}}


@router.get("/api/v1/tags/hosts/{host_name}")
async def get_tags(world: WorldNow, host_name: str, source: str = "") -> Resource:
    found = [host for host in _hosts(world) if host.name == host_name]
    if not found:
        raise Refusal(404, f"Host {host_name} not found")
    return {"host": host_name, "tags": [*_tags(found[0], source)]}


def _hosts(world: World) -> list[HostRecord]:
    known = {host.name: host for host in world.telemetry().hosts}
    return [host for _name, host in sorted(known.items())]


def _tags(host: HostRecord, source: str) -> tuple[str, ...]:
    return host.tags if source.lower() in ("", SOURCE.lower()) else ()


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
        "tags_by_source": {SOURCE: list(host.tags)},
        "metrics": host.metrics.model_dump(exclude_none=True),
        "meta": {"agent_version": "7.71.0", "platform": "linux"},
    }
