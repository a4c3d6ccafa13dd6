"""Is Rayne alive, and which of its dependencies answer?"""

import asyncio
from enum import StrEnum

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.access import ForNobody
from api.dependencies import FromResources, Probe
from domain.errors import RayneError

router = APIRouter(tags=["health"], dependencies=[ForNobody])

PATIENCE_SECONDS = 3
ESSENTIAL = "postgres"  # the inbox: without it a delivery cannot be kept


class Health(BaseModel):
    status: str = "healthy"


class Readiness(StrEnum):
    READY = "ready"
    DEGRADED = "degraded"  # deliveries are kept; analyses wait or go without something
    UNAVAILABLE = "unavailable"  # deliveries cannot be kept: answered 503


class Dependency(BaseModel):
    name: str
    up: bool
    problem: str = ""


class ReadinessReport(BaseModel):
    status: Readiness
    dependencies: list[Dependency]


@router.get("/health")
@router.get("/health/live")
async def get_health() -> Health:
    """The process answers. Says nothing of its dependencies."""
    return Health()


@router.get("/health/ready", responses={503: {"model": ReadinessReport}})
async def get_readiness(resources: FromResources, response: Response) -> ReadinessReport:
    """503 only without Postgres: taking this process away for less would lose deliveries."""
    found = await asyncio.gather(
        *(_look_at(name, probe) for name, probe in resources.probes.items())
    )
    report = ReadinessReport(status=_sum_up(found), dependencies=list(found))
    if report.status is Readiness.UNAVAILABLE:
        response.status_code = 503
    return report


async def _look_at(name: str, probe: Probe) -> Dependency:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await probe()
    except TimeoutError:
        return Dependency(name=name, up=False, problem="did not answer in time")
    except RayneError as error:
        return Dependency(name=name, up=False, problem=str(error))
    return Dependency(name=name, up=True)


def _sum_up(found: list[Dependency]) -> Readiness:
    down = {dependency.name for dependency in found if not dependency.up}
    if ESSENTIAL in down:
        return Readiness.UNAVAILABLE
    return Readiness.DEGRADED if down else Readiness.READY
