"""Logs: searched in a body or in a URL, and counted in buckets."""

from fastapi import APIRouter, Depends, Request

from dd_lib.sandbox.aggregation import AggregateRequest, aggregate
from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.entries import log_entries
from dd_lib.sandbox.record_search import SearchRequest, search
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.routes.searching import AskedInUrl, with_next_link

router = APIRouter(
    dependencies=[Depends(require_keys), Depends(limited("logs_public_search_api", 300))]
)


@router.post("/api/v2/logs/events/search")
async def search_logs(world: WorldNow, request: SearchRequest | None = None) -> Resource:
    entries = log_entries(world.telemetry().logs)
    return search(entries, request or SearchRequest(), world.clock())


@router.get("/api/v2/logs/events")
async def list_logs(world: WorldNow, request: Request, asked: AskedInUrl) -> Resource:
    found = search(log_entries(world.telemetry().logs), asked, world.clock())
    return with_next_link(found, request)


@router.post("/api/v2/logs/analytics/aggregate")
async def aggregate_logs(world: WorldNow, request: AggregateRequest) -> Resource:
    entries = log_entries(world.telemetry().logs)
    return aggregate(entries, request, world.clock())
