"""What memory learns from. Every method may raise a `domain.errors.RayneError` and nothing else."""

from typing import Protocol

from domain.analysis import AnalysisKey
from domain.feedback import Feedback


class Feedbacks(Protocol):
    async def give(self, feedback: Feedback) -> None:
        """Keeps it beside earlier ones. Raises NotFound for an unknown incident."""
        ...

    async def latest(self, incident_id: int) -> Feedback | None: ...

    async def list_feedback(self, incident_id: int) -> tuple[Feedback, ...]:
        """Oldest first."""
        ...


class FinishedAnalyses(Protocol):
    async def list_finished(self, *, after: int, limit: int) -> tuple[AnalysisKey, ...]:
        """Each incident's latest finished analysis, by incident id, of ids above `after`."""
        ...
