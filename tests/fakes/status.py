"""How Rayne is doing, as a test tells it."""

from datetime import datetime
from decimal import Decimal

from domain.errors import RayneError
from domain.status import AnalysisQueue, Backlog, Spending, SystemStatus
from tests.factories import NOON


class FakeStatus:
    def __init__(self) -> None:
        self.fails_with: RayneError | None = None
        self.told = SystemStatus(
            at=NOON,
            deliveries=Backlog(),
            deliveries_failed=0,
            analyses=AnalysisQueue(limit=10),
            analyses_failed=0,
            incidents_open=0,
            spending=Spending(limit=Decimal(50)),
        )

    async def read(self, now: datetime) -> SystemStatus:
        if self.fails_with:
            raise self.fails_with
        return self.told.model_copy(update={"at": now})
