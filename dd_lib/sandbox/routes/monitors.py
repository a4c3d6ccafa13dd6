"""Monitors, read only."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dd_lib.sandbox.dependencies import WorldNow, require_keys
from dd_lib.sandbox.records import MonitorRecord
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource

router = APIRouter(dependencies=[Depends(require_keys)])

GROUP_STATES = frozenset({"all", "alert", "warn", "no data"})
_CREATED = "2025-06-01T09:00:00.000000+00:00"


@router.get("/api/v1/monitor")
async def list_monitors(
    world: WorldNow,
    name: str = "",
    monitor_tags: str = "",
    group_states: str = "",
    page: Annotated[int | None, Query(ge=0)] = None,
    page_size: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[Resource]:
    """Without `page`, all at once."""
    if group_states and not set(group_states.lower().split(",")) <= GROUP_STATES:
        raise Refusal(400, "Invalid group_state filters.")
    wanted = {tag for tag in monitor_tags.split(",") if tag}
    found = [
        monitor
        for _id, monitor in sorted(_known(world).items())
        if name.lower() in monitor.name.lower() and wanted <= set(monitor.tags)
    ]
    if page is not None:
        found = found[page * page_size : (page + 1) * page_size]
    return [_answer(monitor) for monitor in found]


@router.get("/api/v1/monitor/{monitor_id}")
async def get_monitor(world: WorldNow, monitor_id: int) -> Resource:
    monitor = _known(world).get(monitor_id)
    if monitor is None:
        raise Refusal(404, "Monitor not found")
    return _answer(monitor)


def _known(world: WorldNow) -> dict[int, MonitorRecord]:
    return {monitor.id: monitor for monitor in world.telemetry().monitors}


def _answer(monitor: MonitorRecord) -> Resource:
    return {
        "id": monitor.id,
        "name": monitor.name,
        "type": monitor.type,
        "query": monitor.query,
        "message": monitor.message,
        "tags": list(monitor.tags),
        "overall_state": monitor.overall_state,
        "multi": " by {" in monitor.query,
        "priority": None,
        "options": {"notify_no_data": False, "include_tags": True},
        "created": _CREATED,
        "modified": _CREATED,
        "deleted": None,
        "creator": {
            "name": "Sandbox",
            "handle": "sandbox@example.com",
            "email": "sandbox@example.com",
        },
    }
