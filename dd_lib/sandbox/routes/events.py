"""Event search: changes, and other monitors' alerts."""

from fastapi import APIRouter, Depends

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.entries import event_entries
from dd_lib.sandbox.record_search import SearchRequest, search
from dd_lib.sandbox.resources import Resource

router = APIRouter(dependencies=[Depends(require_keys)])


@router.post(
    "/api/v2/events/search",
    dependencies=[Depends(limited("events_search_api", 300, 3600))],
)
async def search_events(world: WorldNow, request: SearchRequest | None = None) -> Resource:
    telemetry = world.telemetry()
    entries = event_entries(telemetry.events, telemetry.monitors)
    return search(entries, request or SearchRequest(), world.clock())
