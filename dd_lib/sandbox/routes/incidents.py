"""Datadog's own incidents: listed and searched."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.incidents import declared, describe, facets, searched
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.routes.paging import Offset

router = APIRouter(
    prefix="/api/v2/incidents",
    dependencies=[Depends(require_keys), Depends(limited("incidents_api"))],
)

Size = Annotated[int, Query(alias="page[size]", ge=1, le=100)]


@router.get("")
async def list_incidents(world: WorldNow, size: Size = 10, offset: Offset = 0) -> Resource:
    """Newest first."""
    now = world.clock()
    page = declared(world.telemetry().incidents, now)[offset : offset + size]
    data: list[JsonValue] = [describe(incident, now) for incident in page]
    return {"data": data, "meta": {"pagination": _pagination(offset, len(page))}}


@router.get("/search")
async def search_incidents(
    world: WorldNow,
    query: str,
    sort: Literal["created", "-created"] = "-created",
    size: Size = 10,
    offset: Offset = 0,
) -> Resource:
    now = world.clock()
    found = searched(declared(world.telemetry().incidents, now), query, now)
    if sort == "created":
        found.reverse()
    page = found[offset : offset + size]
    incidents: list[JsonValue] = [{"data": describe(incident, now)} for incident in page]
    attributes: Resource = {
        "total": len(found),
        "facets": facets(found, now),
        "incidents": incidents,
    }
    return {
        "data": {"type": "incidents_search_results", "attributes": attributes},
        "meta": {"pagination": _pagination(offset, len(page))},
    }


def _pagination(offset: int, size: int) -> Resource:
    return {"offset": offset, "size": size, "next_offset": offset + size}
