"""How Rayne is doing as a whole."""

from fastapi import APIRouter

from api.access import ForViewers
from api.dependencies import FromResources
from domain.status import SystemStatus, WhoWrites, who_writes

router = APIRouter(prefix="/v1/status", tags=["health"], dependencies=[ForViewers])


class Status(SystemStatus):
    """`writes` says who would write the report of an analysis that began now."""

    writes: WhoWrites


@router.get("")
async def get_status(resources: FromResources) -> Status:
    """What waits and since when, what failed for good, what was spent today (UTC)."""
    status = await resources.status.read(resources.clock())
    return Status(
        **dict(status),
        writes=who_writes(status.spending, has_claude=resources.has_claude),
    )
