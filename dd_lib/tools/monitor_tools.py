"""Tools about monitors: all, those that alert, one, and what mutes them."""

from typing import Annotated

from pydantic import Field, JsonValue

from dd_lib.downtimes import MOST, list_downtimes
from dd_lib.monitor_search import FoundMonitor, triggered_monitors
from dd_lib.monitors import Creator, MonitorDetails, get_monitor_details, list_monitors
from dd_lib.paging import cut
from dd_lib.tools.tool import Asking, Output, Parameters, Tool
from domain.downtimes import Downtime
from domain.errors import NotFound

Limit = Annotated[int, Field(ge=1, le=1000)]


class AllMonitors(Parameters):
    name: str = Field("", description="Only monitors whose name holds this")
    monitor_tags: tuple[str, ...] = Field((), description="Only monitors that carry all of these")
    limit: Limit = 100


class Triggered(Parameters):
    limit: Limit = 50


class OneMonitor(Parameters):
    monitor_id: int


class Muted(Parameters):
    monitor_id: int | None = Field(None, description="Only what mutes this monitor, or by tags")
    current_only: bool = True
    limit: Limit = 100


async def get_monitors(asking: Asking, wanted: AllMonitors) -> Output:
    found = await list_monitors(
        asking.client, limit=wanted.limit, name=wanted.name, monitor_tags=wanted.monitor_tags
    )
    monitors: list[JsonValue] = [_details(monitor) for monitor in found.items]
    return {"count": len(monitors), "monitors": monitors, "partial": found.partial}


async def get_triggered_monitors(asking: Asking, wanted: Triggered) -> Output:
    found = await triggered_monitors(asking.client, limit=wanted.limit)
    monitors: list[JsonValue] = [_found(monitor) for monitor in found.items]
    return {"count": len(monitors), "monitors": monitors, "partial": found.partial}


async def get_monitor_details_by_id(asking: Asking, wanted: OneMonitor) -> Output:
    try:
        monitor = await get_monitor_details(asking.client, wanted.monitor_id)
    except NotFound:
        return {"id": wanted.monitor_id, "error": f"there is no monitor {wanted.monitor_id}"}
    groups = {name: group.status for name, group in monitor.state.groups.items()}
    return {**_details(monitor), "groups": {name: groups[name] for name in sorted(groups)}}


async def get_downtimes(asking: Asking, wanted: Muted) -> Output:
    """Filtered here: Datadog's list knows no monitor."""
    found = await list_downtimes(asking.client, limit=MOST, current_only=wanted.current_only)
    of_it = [downtime for downtime in found.items if _may_mute(downtime, wanted.monitor_id)]
    downtimes: list[JsonValue] = [_downtime(downtime) for downtime in of_it[: wanted.limit]]
    partial = found.partial or cut(len(of_it), wanted.limit)
    return {"count": len(downtimes), "downtimes": downtimes, "partial": partial}


MONITOR_TOOLS = (
    Tool(
        name="get_monitors",
        description="List Datadog's monitors with their state, query and message.",
        parameters=AllMonitors,
        run=get_monitors,
    ),
    Tool(
        name="get_triggered_monitors",
        description="List the monitors that alert now, then those that warn.",
        parameters=Triggered,
        run=get_triggered_monitors,
    ),
    Tool(
        name="get_monitor_details",
        description="One monitor by its id: query, message, creator and the state of each group.",
        parameters=OneMonitor,
        run=get_monitor_details_by_id,
    ),
    Tool(
        name="get_downtimes",
        description="List downtimes: what is muted, in which scope, until when, and why.",
        parameters=Muted,
        run=get_downtimes,
    ),
)


def _details(monitor: MonitorDetails) -> Output:
    return {
        "id": monitor.id,
        "name": monitor.name,
        "type": monitor.type,
        "query": monitor.query,
        "message": monitor.message,
        "status": monitor.overall_state,
        "overall_state": monitor.overall_state,
        "priority": monitor.priority,
        "tags": list(monitor.tags),
        "creator": _name_of(monitor.creator),
    }


def _found(monitor: FoundMonitor) -> Output:
    return {
        "id": monitor.id,
        "name": monitor.name,
        "type": monitor.type,
        "query": monitor.query,
        "status": monitor.status,
        "scopes": list(monitor.scopes),
        "priority": monitor.priority,
        "tags": list(monitor.tags),
        "last_triggered": monitor.last_triggered_ts,
    }


def _name_of(creator: Creator) -> str:
    return creator.name or creator.handle or creator.email


def _may_mute(downtime: Downtime, monitor_id: int | None) -> bool:
    """A downtime without a monitor's id mutes by tags, and those may be this monitor's."""
    return monitor_id is None or downtime.monitor_id in (None, monitor_id)


def _downtime(downtime: Downtime) -> Output:
    return {
        "id": downtime.id,
        "monitor_id": downtime.monitor_id,
        "scope": downtime.scope,
        "status": downtime.status.value,
        "start": downtime.start_at.isoformat() if downtime.start_at else None,
        "end": downtime.end_at.isoformat() if downtime.end_at else None,
        "message": downtime.message,
        "made_by_rayne": bool(downtime.key),
    }
