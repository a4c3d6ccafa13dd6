"""Monitors, read only: the list, and one of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.monitors import describe, standings
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource

router = APIRouter(dependencies=[Depends(require_keys), Depends(limited("monitors_api"))])

GROUP_STATES = frozenset({"all", "alert", "warn", "no data"})


@router.get("/api/v1/monitor")
async def list_monitors(  # noqa: PLR0913  one argument per query parameter of Datadog's
    *,
    world: WorldNow,
    name: str = "",
    tags: str = "",
    monitor_tags: str = "",
    group_states: str = "",
    id_offset: int | None = None,
    page: Annotated[int | None, Query(ge=0)] = None,
    page_size: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[Resource]:
    """In the order of ids. Without `page` or `id_offset`, all at once. `tags` ask the scope."""
    with_groups = _wants_groups(group_states)
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
    return [describe(standing, with_groups=with_groups) for standing in found]


@router.get("/api/v1/monitor/{monitor_id}")
async def get_monitor(world: WorldNow, monitor_id: int, group_states: str = "") -> Resource:
    standing = standings(world.firings(), world.clock()).get(monitor_id)
    if standing is None:
        raise Refusal(404, "Monitor not found")
    return describe(standing, with_groups=_wants_groups(group_states))


def _wants_groups(group_states: str) -> bool:
    """They add the groups to the answer; they filter nothing."""
    if group_states and not _words(group_states.lower()) <= GROUP_STATES:
        raise Refusal(400, "Invalid group_state filters.")
    return bool(group_states)


def _words(text: str) -> set[str]:
    return {word.strip() for word in text.split(",") if word.strip()}
