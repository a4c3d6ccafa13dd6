"""Is Rayne alive, and which of its dependencies answer?"""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from adapters.health import look_around
from api.access import ForNobody
from api.dependencies import FromResources
from domain.health import Readiness, ReadinessReport

router = APIRouter(tags=["health"], dependencies=[ForNobody])

ESSENTIAL = ("postgres",)  # the inbox: without it a delivery cannot be kept


class Health(BaseModel):
    status: str = "healthy"


@router.get("/health")
@router.get("/health/live")
async def get_health() -> Health:
    """The process answers. Says nothing of its dependencies."""
    return Health()


@router.get("/health/ready", responses={503: {"model": ReadinessReport}})
async def get_readiness(resources: FromResources, response: Response) -> ReadinessReport:
    """503 only without Postgres: taking this process away for less would lose deliveries."""
    report = await look_around(resources.probes, essential=ESSENTIAL)
    if report.status is Readiness.UNAVAILABLE:
        response.status_code = 503
    return report
