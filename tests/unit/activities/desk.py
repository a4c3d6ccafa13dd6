"""One open analysis in memory, for tests of the steps that explain it."""

from typing import Any

from domain.analysis import AnalysisKey
from domain.investigation import ToolCall, Turn
from tests.factories import NOON, a_frame, an_incident
from tests.fakes.analyses import FakeAnalyses
from tests.fakes.incidents import FakeIncidents
from tests.fakes.investigator import MODEL, USAGE
from tests.fakes.store_state import FakeState
from tests.fakes.transcripts import FakeTranscripts

KEY = AnalysisKey(incident_id=7, number=1)


class Desk:
    def __init__(self) -> None:
        self.state = FakeState(now=NOON)
        self.analyses = FakeAnalyses(self.state)
        self.transcripts = FakeTranscripts(self.state)
        self.incidents = FakeIncidents(self.state)
        self.incidents.add(an_incident())

    @classmethod
    async def opened(cls, **frame: Any) -> "Desk":
        desk = cls()
        await desk.analyses.open_analysis(a_frame(**frame))
        return desk


def a_turn(**changes: Any) -> Turn:
    defaults: dict[str, Any] = {"number": 1, "model": MODEL, "usage": USAGE, "content": ()}
    return Turn(**(defaults | changes))


def a_call(**changes: Any) -> ToolCall:
    defaults: dict[str, Any] = {"id": "call-1", "name": "search_logs", "arguments": {"query": "q"}}
    return ToolCall(**(defaults | changes))
