"""Events of the new kind (v2): searched, read one by one, and posted as changes or alerts."""

from fastapi import APIRouter, Depends, Request

from dd_lib.sandbox.dependencies import WorldNow, limited, require_api_key, require_keys
from dd_lib.sandbox.entries import event_entries
from dd_lib.sandbox.moments import iso_milliseconds
from dd_lib.sandbox.posted_events import (
    CategorisedRequest,
    categorised_answer,
    categorised_event,
    uid_of,
)
from dd_lib.sandbox.record_search import Entry, SearchRequest, search
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.routes.searching import AskedInUrl, with_next_link
from dd_lib.sandbox.world import World

router = APIRouter()

EVENTS = "/api/v2/events"
SEARCHING = [Depends(require_keys), Depends(limited("events_search_api", 300))]


@router.post(f"{EVENTS}/search", dependencies=SEARCHING)
async def search_events(world: WorldNow, request: SearchRequest | None = None) -> Resource:
    return search(_entries(world), request or SearchRequest(), world.clock())


@router.get(EVENTS, dependencies=SEARCHING)
async def list_events(world: WorldNow, request: Request, asked: AskedInUrl) -> Resource:
    return with_next_link(search(_entries(world), asked, world.clock()), request)


@router.post(
    EVENTS,
    status_code=202,
    dependencies=[Depends(require_api_key), Depends(limited("events_intake"))],
)
async def post_event(world: WorldNow, request: CategorisedRequest) -> Resource:
    event = categorised_event(request.data.attributes, world.take_number(), world.clock())
    world.add_event(event)
    evt: Resource = {"id": event.id, "uid": uid_of(event)}
    return {
        "data": {"type": "event", "attributes": {"attributes": {"evt": evt}}},
        "links": {"self": f"{world.app_url}/event/event?uid={uid_of(event)}"},
    }


@router.get(
    f"{EVENTS}/{{event_id}}",
    dependencies=[Depends(require_keys), Depends(limited("events_api"))],
)
async def get_event(world: WorldNow, event_id: str) -> Resource:
    """By either id. Only a posted change or alert can be read so: Datadog describes no other."""
    found = [e for e in world.telemetry().events if event_id in (e.id, uid_of(e)) and e.category]
    if not found:
        raise Refusal(404, "Event not found")
    event = found[0]
    attributes: Resource = {
        "timestamp": iso_milliseconds(event.timestamp),
        "message": event.text,
        "tags": list(event.tags),
        "attributes": categorised_answer(event),
    }
    return {"data": {"id": uid_of(event), "type": "event", "attributes": attributes}}


def _entries(world: World) -> list[Entry]:
    telemetry = world.telemetry()
    return event_entries(telemetry.events, telemetry.monitors)
