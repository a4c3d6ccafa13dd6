"""Where reports are kept. Every method may raise a `domain.errors.RayneError` and nothing else."""

from typing import Protocol

from domain.analysis import AnalysisKey
from domain.report_document import Document


class Reports(Protocol):
    async def save_report(self, key: AnalysisKey, report: Document) -> None:
        """The last one stays. Idempotent. Raises NotFound for an unknown analysis."""
        ...

    async def latest_report(self, incident_id: int) -> Document:
        """Of the newest analysis that has one. Raises NotFound."""
        ...
