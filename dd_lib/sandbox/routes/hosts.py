"""Hosts: the list, how many there are, and their tags."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field, JsonValue

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.moments import to_seconds
from dd_lib.sandbox.records import HostRecord, Record
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.world import World

router = APIRouter(dependencies=[Depends(require_keys), Depends(limited("hosts_api"))])

WINDOW = timedelta(hours=3)  # who was silent for longer is not listed, unless asked for
SILENCE = timedelta(minutes=150)  # of a host that is down
SOURCE = "Datadog"  # where every tag of a scenario's host comes from


class Listing(Record):
    """Which hosts are asked for, and in which order."""

    filter: str = ""  # part of a name, a tag or an application
    from_: int | None = Field(default=None, alias="from")  # seconds: who reported since
    sort_field: str = "name"
    sort_dir: Literal["asc", "desc"] = "asc"
    start: int = Field(default=0, ge=0)  # how many were read already
    count: int = Field(default=100, ge=0, le=1000)


@router.get("/api/v1/hosts")
async def list_hosts(world: WorldNow, wanted: Annotated[Listing, Query()]) -> Resource:
    """A field that tells nothing of a host leaves the order by name."""
    now = world.clock()
    since = wanted.from_ or to_seconds(now - WINDOW)
    found = [
        host
        for host in _hosts(world)
        if _matches(host, wanted.filter) and to_seconds(_reported_at(host, now)) >= since
    ]
    found.sort(key=_position(wanted.sort_field), reverse=wanted.sort_dir == "desc")
    page = found[wanted.start : wanted.start + wanted.count]
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


def _position(sort_field: str) -> Callable[[HostRecord], tuple[float, str]]:
    return lambda host: (getattr(host.metrics, sort_field, None) or 0.0, host.name)


def _reported_at(host: HostRecord, now: datetime) -> datetime:
    return now if host.up else now - SILENCE


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
        "last_reported_time": to_seconds(_reported_at(host, now)),
        "tags_by_source": {SOURCE: list(host.tags)},
        "metrics": host.metrics.model_dump(exclude_none=True),
        "meta": {"agent_version": "7.71.0", "platform": "linux"},
    }
