"""Log search."""

from fastapi import APIRouter, Depends

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.entries import log_entries
from dd_lib.sandbox.record_search import SearchRequest, search
from dd_lib.sandbox.resources import Resource

router = APIRouter(dependencies=[Depends(require_keys)])


@router.post(
    "/api/v2/logs/events/search",
    dependencies=[Depends(limited("logs_public_search_api", 300, 3600))],
)
async def search_logs(world: WorldNow, request: SearchRequest | None = None) -> Resource:
    entries = log_entries(world.telemetry().logs)
    return search(entries, request or SearchRequest(), world.clock())
