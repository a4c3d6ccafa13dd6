"""What seeding demo data needs from the outside world.

As in `domain.ports`: every method may raise a `domain.errors.RayneError` and nothing else.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import AwareDatetime

from domain.demo_history import Seeds
from domain.demo_visits import SeededVisit
from domain.values import Value


class SeedKind(StrEnum):
    WEBHOOKS = "webhooks"
    RUM = "rum"


class Seeding(Value):
    """One seed that was sown, and the moment from which its times count back."""

    seed: int
    kind: SeedKind
    at: AwareDatetime


class AddedVisits(Value):
    """How many of them are new."""

    sessions: int = 0
    events: int = 0


class Purged(Value):
    """How much was removed."""

    deliveries: int = 0
    incidents: int = 0
    visitors: int = 0
    sessions: int = 0


class DemoSeeds(Protocol):
    """Demo data, and the marks by which it is told from everything else."""

    async def begin(self, seed: int, kind: SeedKind, at: datetime) -> datetime:
        """`at`, or what it was when this seed was first sown: so the same seed gives the same."""
        ...

    async def add_history(self, seed: int, seeds: Seeds) -> int:
        """Stores the past incidents as processed and marks the live deliveries as the demo's.

        Returns how many deliveries are new. Idempotent: what is there already stays. Raises
        Conflict where everything was removed since `begin`.
        """
        ...

    async def add_visits(self, seed: int, visits: Sequence[SeededVisit]) -> AddedVisits:
        """Idempotent, as `add_history` is, and raises what that raises."""
        ...

    async def seedings(self) -> tuple[Seeding, ...]:
        """Oldest first."""
        ...

    async def open_incidents(self) -> tuple[int, ...]:
        """Those of the live deliveries that a workflow is looking at."""
        ...

    async def purge(self) -> Purged:
        """Removes whatever is marked, the incidents that hold nothing else, and their analyses.

        What others have added stays, and so does an incident that it joined.
        """
        ...
