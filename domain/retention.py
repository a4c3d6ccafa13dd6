"""How long what is stored is kept, and what stays of an analysis whose evidence is removed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import AwareDatetime, Field

from domain.analysis import AnalysisKey, Conclusion
from domain.case import Evidence, Prepared
from domain.evidence import EvidenceItem, LogLine
from domain.log_patterns import group_lines
from domain.values import Value

BATCH = 2_000  # rows of one statement: short enough that nobody waits for it
ANALYSES = 20  # of one batch of evidence: each is read and shortened


class Kind(StrEnum):
    DELIVERIES = "deliveries"  # of incidents that are over; each keeps its first
    EVIDENCE = "evidence"  # of analyses that are over, and what models said and asked
    RUM = "rum"  # visitors who were not seen since, with their sessions and events
    AUDIT = "audit"


class RetentionRules(Value):
    """None is for ever."""

    deliveries: timedelta | None = timedelta(days=90)
    evidence: timedelta | None = timedelta(days=30)
    rum: timedelta | None = timedelta(days=90)
    audit: timedelta | None = timedelta(days=400)

    def plan(self, now: datetime) -> "RetentionPlan":
        """Each kind with the moment before which it goes."""
        ages = {kind: getattr(self, kind.value) for kind in Kind}
        return RetentionPlan(
            before={kind: now - age for kind, age in ages.items() if age is not None}
        )


class RetentionPlan(Value):
    """Fixed when a run begins, so that all its batches mean the same. Kinds that stay lack."""

    before: dict[Kind, AwareDatetime]


class Batch(Value):
    """`last_id` is where the next one begins; `is_done` where there is no next one."""

    removed: int = 0
    last_id: int = 0
    is_done: bool = True


class RetentionState(Value):
    """How far a run is: `left` are the kinds to come, `after` is for the first of them."""

    plan: RetentionPlan | None = None  # None: not begun
    left: tuple[Kind, ...] = ()
    after: int = 0
    removed: dict[Kind, int] = Field(default_factory=dict)

    def begun(self, plan: RetentionPlan) -> "RetentionState":
        return RetentionState(plan=plan, left=tuple(plan.before))

    def with_batch(self, batch: Batch) -> "RetentionState":
        kind = self.left[0]
        return self.model_copy(
            update={
                "left": self.left[1:] if batch.is_done else self.left,
                "after": 0 if batch.is_done else batch.last_id,
                "removed": {**self.removed, kind: self.removed.get(kind, 0) + batch.removed},
            }
        )


class Expected(Value):
    """What the next run would remove; at most `domain.status.MOST_COUNTED` are counted."""

    kind: Kind
    before: AwareDatetime | None  # None: this kind is kept for ever
    rows: int = 0


class RetentionStore(Protocol):
    """Every removal can be repeated: what is gone stays gone."""

    async def remove_batch(self, kind: Kind, *, before: datetime, after: int) -> Batch:
        """Some of what is older and has a higher id. Not for evidence. Raises Unavailable."""
        ...

    async def old_analyses(self, *, before: datetime, limit: int) -> tuple[AnalysisKey, ...]:
        """Those that were over before, and still have their evidence."""
        ...

    async def shorten(self, key: AnalysisKey, prepared: Prepared | None) -> None:
        """Its evidence, questions and answers go; what is handed in stays."""
        ...

    async def expected(self, plan: RetentionPlan) -> tuple[Expected, ...]:
        """Removes nothing."""
        ...


def essence(prepared: Prepared, conclusion: Conclusion | None) -> Prepared:
    """What the report cites, and the error patterns by which memory finds the incident again."""
    cited = {claim.evidence_id for claim in conclusion.claims} if conclusion else set()
    evidence = prepared.evidence
    return prepared.model_copy(
        update={
            "items": _cited(prepared.items, cited),
            "evidence": Evidence(
                sources=evidence.sources,
                logs=tuple(_one_of_each(evidence.logs)),
                baseline_logs=tuple(_one_of_each(evidence.baseline_logs)),
            ),
        }
    )


def _cited(items: tuple[EvidenceItem, ...], ids: set[str]) -> tuple[EvidenceItem, ...]:
    return tuple(item for item in items if item.id in ids)


def _one_of_each(lines: tuple[LogLine, ...]) -> Iterator[LogLine]:
    """The most frequent patterns first, as memory ranks them."""
    groups = sorted(group_lines(lines).values(), key=len, reverse=True)
    return (group[0] for group in groups)
