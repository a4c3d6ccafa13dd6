"""Old rows, as so many per batch; analyses by their keys."""

from collections.abc import Sequence
from datetime import datetime

from domain.analysis import AnalysisKey
from domain.case import Prepared
from domain.errors import RayneError
from domain.retention import Batch, Expected, Kind, RetentionPlan


class FakeRetention:
    """`batches`: how many rows each batch of a kind finds; after the last there are none."""

    def __init__(
        self,
        batches: dict[Kind, list[int]] | None = None,
        analyses: tuple[AnalysisKey, ...] = (),
        fails_with: Sequence[RayneError] = (),
    ) -> None:
        self.batches = batches or {}
        self.analyses = list(analyses)
        self.fails_with = list(fails_with)
        self.asked: list[tuple[Kind, datetime, int]] = []
        self.shortened: dict[AnalysisKey, Prepared | None] = {}

    async def remove_batch(self, kind: Kind, *, before: datetime, after: int) -> Batch:
        if self.fails_with:
            raise self.fails_with.pop()
        self.asked.append((kind, before, after))
        left = self.batches.get(kind, [])
        removed = left.pop(0) if left else 0
        return Batch(removed=removed, last_id=after + removed, is_done=not left)

    async def old_analyses(self, *, before: datetime, limit: int) -> tuple[AnalysisKey, ...]:
        return tuple(self.analyses[:limit])

    async def shorten(self, key: AnalysisKey, prepared: Prepared | None) -> None:
        self.shortened[key] = prepared
        self.analyses.remove(key)

    async def expected(self, plan: RetentionPlan) -> tuple[Expected, ...]:
        return tuple(
            Expected(kind=kind, before=plan.before.get(kind), rows=sum(self.batches.get(kind, [])))
            for kind in Kind
        )
