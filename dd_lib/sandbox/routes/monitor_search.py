"""Monitors and their groups by query: what alerts now."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.monitor_search import Found, describe_found, describe_group, find, in_order
from dd_lib.sandbox.monitors import standings
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.routes.paging import Page
from dd_lib.sandbox.world import World

router = APIRouter(dependencies=[Depends(require_keys), Depends(limited("monitor_search_api"))])

PerPage = Annotated[int, Query(ge=1, le=1000)]


@router.get("/api/v1/monitor/search")
async def search_monitors(
    world: WorldNow, query: str = "", page: Page = 0, per_page: PerPage = 30, sort: str = "name,asc"
) -> Resource:
    found = in_order(_found(world, query), sort)
    shown: list[JsonValue] = [describe_found(each) for each in _cut(found, page, per_page)]
    counts = _counts(found) | {
        "muted": _counted(each.is_muted for each in found),
        "tag": _counted(tag for each in found for tag in each.standing.monitor.tags),
    }
    return {"monitors": shown, "counts": counts, "metadata": _metadata(found, page, per_page)}


@router.get("/api/v1/monitor/groups/search")
async def search_groups(
    world: WorldNow, query: str = "", page: Page = 0, per_page: PerPage = 30, sort: str = "name,asc"
) -> Resource:
    """The groups that the scenarios alert on; a monitor that never alerted has none."""
    alerted = [each for each in _found(world, query) if each.standing.alerted_at]
    found = in_order(alerted, sort)
    shown: list[JsonValue] = [describe_group(each.standing) for each in _cut(found, page, per_page)]
    return {
        "groups": shown,
        "counts": _counts(found),
        "metadata": _metadata(found, page, per_page),
    }


def _found(world: World, query: str) -> list[Found]:
    now = world.clock()
    known = standings(world.firings(), now).values()
    return find(known, world.downtimes.values(), query, now)


def _cut(found: list[Found], page: int, per_page: int) -> list[Found]:
    return found[page * per_page : (page + 1) * per_page]


def _counts(found: list[Found]) -> Resource:
    return {
        "status": _counted(each.standing.status for each in found),
        "type": _counted(each.standing.monitor.type for each in found),
    }


def _counted(values: Iterable[str | bool]) -> JsonValue:
    return [{"name": name, "count": count} for name, count in Counter(values).most_common()]


def _metadata(found: list[Found], page: int, per_page: int) -> Resource:
    return {
        "total_count": len(found),
        "page_count": -(-len(found) // per_page),
        "page": page,
        "per_page": per_page,
    }
