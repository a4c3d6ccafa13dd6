"""Transcripts in memory."""

from datetime import datetime
from decimal import Decimal

from domain.analysis import AnalysisKey
from domain.errors import NotFound, RayneError
from domain.investigation import ToolResult, Transcript, Turn
from tests.fakes.store_state import FakeState, FakeTurn


class FakeTranscripts:
    """`refuses` are errors of which each attempt to save a turn takes the next."""

    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()
        self.refuses: list[RayneError] = []

    async def save_turn(self, key: AnalysisKey, turn: Turn, dollars: Decimal) -> None:
        self._find(key)
        if self.refuses:
            raise self.refuses.pop(0)
        turns = self.state.turns.setdefault(key, {})
        known = turns.get(turn.number)
        saved_at = known.saved_at if known else self.state.now
        turns[turn.number] = FakeTurn(turn, dollars, saved_at)

    async def save_result(self, key: AnalysisKey, result: ToolResult) -> None:
        self._find(key)
        self.state.results.setdefault(key, {})[result.turn, result.index] = result

    async def get_transcript(self, key: AnalysisKey) -> Transcript:
        self.state.answer()
        turns = sorted(self.state.turns.get(key, {}).items())
        results = sorted(self.state.results.get(key, {}).items())
        return Transcript(
            turns=tuple(turn.said for _, turn in turns),
            results=tuple(result for _, result in results),
        )

    async def spent_since(self, moment: datetime) -> Decimal:
        self.state.answer()
        turns = (turn for saved in self.state.turns.values() for turn in saved.values())
        return sum((turn.dollars for turn in turns if turn.saved_at >= moment), Decimal(0))

    def _find(self, key: AnalysisKey) -> None:
        self.state.answer()
        if key not in self.state.analyses:
            raise NotFound(f"incident {key.incident_id!r} has no analysis {key.number!r}")
