"""Tools about what happened: events, and those among them that changed something."""

import asyncio

from pydantic import Field, JsonValue

from dd_lib.deployments import Deployment, list_deployments
from dd_lib.event_stream import MOST, StreamEvent, list_stream_events
from dd_lib.events import search_events
from dd_lib.paging import Listing
from dd_lib.tools.times import Moment, Span
from dd_lib.tools.tool import Asking, Output, Tool
from domain.changes import ChangeKind, kind_of, versions
from domain.errors import RayneError
from domain.evidence import DatadogEvent, Window
from domain.query import all_of, one_of, term
from domain.searches import CHANGE_SOURCES


class EventList(Span):
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    limit: int = Field(100, ge=1, le=1000)


class ChangeList(Span):
    from_time: Moment = "now-6h"
    service: str = Field(
        "", description="Only changes of this service; a culprit may be in another"
    )
    env: str = ""
    limit: int = Field(100, ge=1, le=1000)


async def get_events(asking: Asking, wanted: EventList) -> Output:
    found = await list_stream_events(
        asking.client, wanted.window(asking), sources=wanted.sources, tags=wanted.tags
    )
    events: list[JsonValue] = [_event(event) for event in found[: wanted.limit]]
    is_whole = len(found) <= wanted.limit and len(found) < MOST
    partial = "" if is_whole else f"only the newest {len(events)}; there are more"
    return {"count": len(events), "events": events, "partial": partial}


async def list_changes(asking: Asking, wanted: ChangeList) -> Output:
    """Oldest first, from two places. The second, DORA, many accounts do not have."""
    window = wanted.window(asking)
    about = all_of(term("service", wanted.service), term("env", wanted.env))
    query = all_of(one_of("source", CHANGE_SOURCES), about)
    events, deployments = await asyncio.gather(
        search_events(asking.client, query, window, wanted.limit),
        _deployments(asking, about, window, wanted.limit),
    )
    changes = [_change(event) for event in events.events if kind_of(event) is not ChangeKind.NONE]
    changes += [_deployment(deployment) for deployment in deployments.items]
    changes.sort(key=lambda change: str(change["timestamp"]))
    told: list[JsonValue] = list(changes)
    partial = "; ".join(reason for reason in (events.partial, deployments.partial) if reason)
    return {"count": len(told), "changes": told, "partial": partial}


async def _deployments(
    asking: Asking, about: str, window: Window, limit: int
) -> Listing[Deployment]:
    try:
        return await list_deployments(asking.client, window, limit=limit, query=about)
    except RayneError as error:
        return Listing(partial=f"deployments could not be asked: {error}")


CHANGE_TOOLS = (
    Tool(
        name="get_events",
        description="List the events of Datadog's stream, newest first.",
        parameters=EventList,
        run=get_events,
    ),
    Tool(
        name="list_changes",
        description="What changed, oldest first: deployments, feature flags, commits, settings.",
        parameters=ChangeList,
        run=list_changes,
    ),
)


def _event(event: StreamEvent) -> Output:
    return {
        "id": event.id,
        "timestamp": event.date_happened,
        "title": event.title,
        "text": event.text,
        "alert_type": event.alert_type,
        "source": event.source,
        "host": event.host,
        "tags": list(event.tags),
    }


def _change(event: DatadogEvent) -> Output:
    return {
        "id": event.event_id,
        "timestamp": event.happened_at.isoformat(timespec="seconds"),
        "kind": kind_of(event).value,
        "source": event.source,
        "service": event.label("service"),
        "env": event.label("env"),
        "version": next(iter(versions(event)), ""),
        "title": event.title,
    }


def _deployment(deployment: Deployment) -> Output:
    return {
        "id": "",
        "timestamp": deployment.started_at.isoformat(timespec="seconds"),
        "kind": ChangeKind.DEPLOYMENT.value,
        "source": "dora",
        "service": deployment.service,
        "env": deployment.env,
        "version": deployment.version,
        "title": f"Deployed {deployment.service} {deployment.version}".rstrip(),
    }
