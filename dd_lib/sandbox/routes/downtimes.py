"""Downtimes: create, list, read, cancel."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, require_keys
from dd_lib.sandbox.downtimes import DowntimeRequest, as_of, cancelled, new_downtime
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource, attributes_of

router = APIRouter(prefix="/api/v2/downtime", dependencies=[Depends(require_keys)])


@router.post("")
async def create_downtime(world: WorldNow, request: DowntimeRequest) -> Resource:
    now = world.clock()
    downtime = new_downtime(world.next_downtime_number, request.data.attributes, now)
    world.add_downtime(downtime)
    return {"data": as_of(downtime, now)}


@router.get("")
async def list_downtimes(
    world: WorldNow,
    offset: Annotated[int, Query(alias="page[offset]", ge=0)] = 0,
    limit: Annotated[int, Query(alias="page[limit]", ge=1)] = 30,
    *,
    current_only: bool = False,
) -> Resource:
    """Oldest first. `current_only` leaves out what is ended, cancelled or yet to begin."""
    now = world.clock()
    found = [as_of(downtime, now) for downtime in world.downtimes.values()]
    if current_only:
        found = [downtime for downtime in found if attributes_of(downtime)["status"] == "active"]
    data: list[JsonValue] = [*found[offset : offset + limit]]
    return {"data": data, "meta": {"page": {"total_filtered_count": len(found)}}}


@router.get("/{downtime_id}")
async def get_downtime(world: WorldNow, downtime_id: str) -> Resource:
    if not _is_uuid(downtime_id):
        raise Refusal(400, "Invalid URL param: downtime_id must be an uuid")
    downtime = world.downtimes.get(downtime_id.lower())
    if downtime is None:
        raise Refusal(404, "Downtime not found")
    return {"data": as_of(downtime, world.clock())}


@router.delete("/{downtime_id}", status_code=204)
async def cancel_downtime(world: WorldNow, downtime_id: str) -> None:
    """Cancelling a cancelled one answers the same."""
    downtime = world.downtimes.get(downtime_id.lower())
    if downtime is None:
        raise Refusal(404, f"Downtime {downtime_id} not found")
    world.put_downtime(cancelled(downtime, world.clock()))


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
