"""Asks each dependency whether it is there."""

import asyncio
from collections.abc import Collection, Mapping

from domain.errors import RayneError
from domain.health import Dependency, Probe, ReadinessReport, sum_up

PATIENCE_SECONDS = 3


async def look_around(
    probes: Mapping[str, Probe], *, essential: Collection[str]
) -> ReadinessReport:
    """All at once, in bounded time. Never fails."""
    found = await asyncio.gather(*(_look_at(name, probe) for name, probe in probes.items()))
    return sum_up(found, essential=essential)


async def _look_at(name: str, probe: Probe) -> Dependency:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await probe()
    except TimeoutError:
        return Dependency(name=name, up=False, problem="did not answer in time")
    except RayneError as error:
        return Dependency(name=name, up=False, problem=str(error))
    return Dependency(name=name, up=True)
