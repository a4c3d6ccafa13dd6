"""Finished analyses in memory."""

from domain.analysis import AnalysisKey, AnalysisState
from tests.fakes.store_state import FakeState


class FakeFinishedAnalyses:
    def __init__(self, state: FakeState) -> None:
        self.state = state

    async def list_finished(self, *, after: int, limit: int) -> tuple[AnalysisKey, ...]:
        self.state.answer()
        latest = {
            key.incident_id: key
            for key, analysis in sorted(self.state.analyses.items(), key=lambda it: it[0].number)
            if analysis.record.state is AnalysisState.FINISHED and key.incident_id > after
        }
        return tuple(latest[incident_id] for incident_id in sorted(latest))[:limit]
