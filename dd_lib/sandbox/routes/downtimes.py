"""Downtimes: create, list, read, change, cancel, and which of them silence a monitor."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.downtimes import (
    ACTIVE,
    DowntimeRequest,
    DowntimeUpdate,
    as_of,
    cancelled,
    changed_downtime,
    new_downtime,
)
from dd_lib.sandbox.monitors import standings
from dd_lib.sandbox.muting import matching
from dd_lib.sandbox.people import USER
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource, attributes_of, mapping
from dd_lib.sandbox.routes.paging import Offset
from dd_lib.sandbox.world import World

router = APIRouter(dependencies=[Depends(require_keys), Depends(limited("downtimes_api"))])

DOWNTIMES = "/api/v2/downtime"
Limit = Annotated[int, Query(alias="page[limit]", ge=1)]


@router.post(DOWNTIMES)
async def create_downtime(world: WorldNow, request: DowntimeRequest) -> Resource:
    downtime = new_downtime(world.next_downtime_number, request.data.attributes, world.clock())
    world.add_downtime(downtime)
    return _with_author(world, downtime)


@router.get(DOWNTIMES)
async def list_downtimes(
    world: WorldNow,
    offset: Offset = 0,
    limit: Limit = 30,
    include: str = "",
    *,
    current_only: bool = False,
) -> Resource:
    """Oldest first. `current_only` leaves out what is ended, cancelled or yet to begin."""
    now = world.clock()
    found = [as_of(downtime, now) for downtime in world.downtimes.values()]
    if current_only:
        found = [downtime for downtime in found if attributes_of(downtime)["status"] == ACTIVE]
    page = found[offset : offset + limit]
    included = _included(include)
    data: list[JsonValue] = [each | _relationships(each) if included else each for each in page]
    answer: Resource = {"data": data, "meta": {"page": {"total_filtered_count": len(found)}}}
    return answer | ({"included": included} if included else {})


@router.get(f"{DOWNTIMES}/{{downtime_id}}")
async def get_downtime(world: WorldNow, downtime_id: str, include: str = "") -> Resource:
    if not _is_uuid(downtime_id):
        raise Refusal(400, "Invalid URL param: downtime_id must be an uuid")
    downtime = _existing(world, downtime_id)
    if _included(include):
        return _with_author(world, downtime)
    return {"data": as_of(downtime, world.clock())}


@router.patch(f"{DOWNTIMES}/{{downtime_id}}")
async def update_downtime(world: WorldNow, downtime_id: str, request: DowntimeUpdate) -> Resource:
    downtime = _existing(world, downtime_id)
    if request.data.id.lower() != downtime_id.lower():
        raise Refusal(400, "The id in the body is not the id in the URL")
    changed = changed_downtime(downtime, request.data.attributes, world.clock())
    world.put_downtime(changed)
    return _with_author(world, changed)


@router.delete(f"{DOWNTIMES}/{{downtime_id}}", status_code=204)
async def cancel_downtime(world: WorldNow, downtime_id: str) -> None:
    """Cancelling a cancelled one answers the same."""
    downtime = world.downtimes.get(downtime_id.lower())
    if downtime is None:
        raise Refusal(404, f"Downtime {downtime_id} not found")
    world.put_downtime(cancelled(downtime, world.clock()))


@router.get("/api/v2/monitor/{monitor_id}/downtime_matches")
async def list_matches(
    world: WorldNow, monitor_id: int, offset: Offset = 0, limit: Limit = 30
) -> Resource:
    now = world.clock()
    standing = standings(world.firings(), now).get(monitor_id)
    if standing is None:
        raise Refusal(404, f"Monitor with id {monitor_id} not found")
    found = matching(standing, world.downtimes.values(), now)
    data: list[JsonValue] = [*found[offset : offset + limit]]
    return {"data": data, "meta": {"page": {"total_filtered_count": len(found)}}}


def _existing(world: World, downtime_id: str) -> Resource:
    downtime = world.downtimes.get(downtime_id.lower())
    if downtime is None:
        raise Refusal(404, "Downtime not found")
    return downtime


def _with_author(world: World, downtime: Resource) -> Resource:
    data = as_of(downtime, world.clock()) | _relationships(downtime)
    return {"data": data, "included": [dict(USER)]}


def _relationships(downtime: Resource) -> Resource:
    monitor_id = mapping(attributes_of(downtime)["monitor_identifier"]).get("monitor_id")
    monitor: JsonValue = {"type": "monitors", "id": str(monitor_id)} if monitor_id else None
    return {
        "relationships": {
            "created_by": {"data": {"type": USER["type"], "id": USER["id"]}},
            "monitor": {"data": monitor},
        }
    }


def _included(include: str) -> list[JsonValue]:
    return [dict(USER)] if "created_by" in include.split(",") else []


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
