"""Monitors, read only: the list and one of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.monitors import Standing, describe, standings
from dd_lib.sandbox.moments import to_seconds
from dd_lib.sandbox.muting import mutes
from dd_lib.sandbox.numbers import MAX_INT32, MAX_INT64
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource, attributes_of, mapping
from dd_lib.sandbox.world import World

router = APIRouter(dependencies=[Depends(require_keys), Depends(limited("monitors_api"))])

GROUP_STATES = frozenset({"all", "alert", "warn", "no data"})


@router.get("/api/v1/monitor")
async def list_monitors(
    world: WorldNow,
    name: str = "",
    tags: str = "",
    monitor_tags: str = "",
    group_states: str = "",
    id_offset: Annotated[int | None, Query(le=MAX_INT64)] = None,
    page: Annotated[int | None, Query(ge=0, le=MAX_INT64)] = None,
    page_size: Annotated[int, Query(ge=1, le=1000)] = 100,
    *,
    with_downtimes: bool = False,
) -> list[Resource]:
    """Without `page` or `id_offset`, all at once. `tags` are those of the scope."""
    _check(group_states)
    found = [
        standing
        for standing in standings(world.firings(), world.clock()).values()
        if name.lower() in standing.monitor.name.lower()
        and _words(monitor_tags) <= set(standing.monitor.tags)
        and _words(tags) <= {*standing.scope, *standing.monitor.tags}
        and standing.monitor.id > (id_offset or 0)
    ]
    if page is not None or id_offset is not None:
        first = (page or 0) * page_size
        found = found[first : first + page_size]
    return [
        _answer(world, each, group_states, with_downtimes=with_downtimes) for each in found
    ]
