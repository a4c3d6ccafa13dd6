"""The line of analyses, in memory."""

from datetime import datetime, timedelta

from domain.admission import Standing
from domain.analysis import AnalysisKey
from domain.errors import NotFound
from tests.fakes.store_state import FakePlace, FakeState


class FakeAdmissionLine:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    async def ask(self, key: AnalysisKey, *, limit: int, lease: timedelta) -> Standing:
        self.state.answer()
        if key.incident_id not in self.state.incidents:
            raise NotFound(f"there is no incident {key.incident_id!r}")
        mine = self.state.line.setdefault(key, FakePlace(asked_at=self.state.now))
        others = [other for other in self.state.line if other != key]
        waiting = [other for other in others if not self._runs(other)]
        standing = Standing(
            is_running=self._runs(key),
            running=len(others) - len(waiting),
            ahead=sum(self._urgency(other) < self._urgency(key) for other in waiting),
            waiting=len(waiting),
        )
        if standing.may_run(limit):
            mine.admitted_until = self.state.now + lease
        return standing

    def _runs(self, key: AnalysisKey) -> bool:
        until = self.state.line[key].admitted_until
        return until is not None and until > self.state.now

    def _urgency(self, key: AnalysisKey) -> tuple[str, datetime, int, int]:
        priority = self.state.incidents[key.incident_id].priority or "~"
        return priority, self.state.line[key].asked_at, key.incident_id, key.number
