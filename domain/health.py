"""Which dependencies answer, and whether that is enough."""

from collections.abc import Awaitable, Callable, Collection
from enum import StrEnum

from domain.values import Value

Probe = Callable[[], Awaitable[None]]
"""Returns when a dependency answers, raises a RayneError when it does not."""


class Readiness(StrEnum):
    READY = "ready"
    DEGRADED = "degraded"  # it does its work, later or with something missing
    UNAVAILABLE = "unavailable"  # it cannot: answered 503


class Dependency(Value):
    name: str
    up: bool
    problem: str = ""


class ReadinessReport(Value):
    status: Readiness
    dependencies: tuple[Dependency, ...]


def sum_up(found: Collection[Dependency], *, essential: Collection[str]) -> ReadinessReport:
    down = {dependency.name for dependency in found if not dependency.up}
    status = Readiness.DEGRADED if down else Readiness.READY
    if down.intersection(essential):
        status = Readiness.UNAVAILABLE
    return ReadinessReport(status=status, dependencies=tuple(found))
