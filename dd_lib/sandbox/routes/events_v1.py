"""Events of the old kind (v1): times in seconds, no monitor's fields."""

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, limited, require_api_key, require_keys
from dd_lib.sandbox.entries import status_of
from dd_lib.sandbox.moments import to_seconds
from dd_lib.sandbox.posted_events import LATEST, EventRequest, posted_event
from dd_lib.sandbox.records import EventRecord
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.world import World

router = APIRouter(prefix="/api/v1/events")

READING = [Depends(require_keys), Depends(limited("events_api"))]
MAX_EVENTS = 1000
MAX_TEXT = 4000

Seconds = Annotated[int, Query(ge=0, le=LATEST)]


@router.get("", dependencies=READING)
async def list_events(  # noqa: PLR0913  one argument per query parameter of Datadog's
    *,
    world: WorldNow,
    start: Seconds,
    end: Seconds,
    priority: Literal["normal", "low"] | None = None,
    sources: str = "",
    tags: str = "",
    page: Annotated[int, Query(ge=0)] = 0,
) -> Resource:
    """The newest 1000 first; what has not happened yet is not among them."""
    until = min(end, to_seconds(world.clock()))
    found = [
        event
        for event in world.telemetry().events
        if start <= to_seconds(event.timestamp) <= until
        and (priority is None or event.priority == priority)
        and (not sources or event.source in sources.split(","))
        and {tag for tag in tags.split(",") if tag} <= set(event.tags)
    ]
    found.sort(key=lambda event: event.timestamp, reverse=True)
    shown = found[page * MAX_EVENTS : (page + 1) * MAX_EVENTS]
    events: list[JsonValue] = [_answer(event, world) for event in shown]
    return {"events": events, "status": "ok"}


@router.post(
    "",
    status_code=202,
    dependencies=[Depends(require_api_key), Depends(limited("events_intake"))],
)
async def post_event(world: WorldNow, request: EventRequest) -> Resource:
    event = posted_event(request, world.take_number(), world.clock())
    world.add_event(event)
    return {"event": _answer(event, world), "status": "ok"}


@router.get("/{event_id}", dependencies=READING)
async def get_event(world: WorldNow, event_id: int) -> Resource:
    found = [event for event in world.telemetry().events if _number(event) == event_id]
    if not found:
        raise Refusal(404, "No event matches that event_id.")
    return {"event": _answer(found[0], world), "status": "ok"}


def _answer(event: EventRecord, world: World) -> Resource:
    answer: Resource = {
        "id": _number(event),
        "id_str": str(_number(event)),
        "title": event.title,
        "text": event.text[:MAX_TEXT],
        "date_happened": to_seconds(event.timestamp),
        "alert_type": status_of(event),
        "priority": event.priority,
        "source_type_name": event.source,
        "tags": list(event.tags),
        "url": f"{world.app_url}/event/event?id={_number(event)}",
    }
    return answer | ({"host": event.host} if event.host else {})


def _number(event: EventRecord) -> int:
    """A scenario may name its events in words; v1 knows numbers only."""
    if event.id.isdecimal() and int(event.id) < 2**63:
        return int(event.id)
    return int.from_bytes(hashlib.blake2b(event.id.encode(), digest_size=7).digest(), "big")
