"""Reports in memory."""

from domain.analysis import AnalysisKey
from domain.errors import NotFound
from domain.report_document import Document
from tests.fakes.store_state import FakeState


class FakeReports:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    async def save_report(self, key: AnalysisKey, report: Document) -> None:
        self.state.answer()
        if key not in self.state.analyses:
            raise NotFound("there is no such analysis")
        self.state.reports[key] = report

    async def latest_report(self, incident_id: int) -> Document:
        self.state.answer()
        ours = [key for key in self.state.reports if key.incident_id == incident_id]
        if not ours:
            raise NotFound(f"incident {incident_id} has no report yet")
        return self.state.reports[max(ours, key=lambda key: key.number)]
