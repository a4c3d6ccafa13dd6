"""One open analysis in memory, for tests of the steps that explain it."""

from typing import Any

from activities.cases import prepare
from domain.alerts import Alert
from domain.analysis import AnalysisKey
from domain.case import Evidence, Prepared
from domain.deliveries import EventStatus
from domain.evidence import LogLine, Source, SourceResult, SourceStatus
from tests.factories import NOON, a_delivery, a_frame, an_incident
from tests.fakes.analyses import FakeAnalyses
from tests.fakes.incidents import FakeIncidents
from tests.fakes.store_state import FakeEvent, FakeState
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

    async def found_logs(self, *lines: LogLine) -> None:
        result = SourceResult(source=Source.LOGS, status=SourceStatus.FOUND, count=len(lines))
        await self.analyses.save_source(KEY, result, Evidence(logs=lines))

    async def prepared(self) -> Prepared:
        """The case as it stands, prepared and stored."""
        prepared = await prepare(self.incidents, self.analyses, KEY)
        await self.analyses.save_prepared(KEY, prepared)
        return prepared

    def join(self, alert: Alert) -> None:
        """One more alert for the incident."""
        number = len(self.state.events) + 1
        delivery = a_delivery(key=f"{number}", alert=alert)
        self.state.events.append(
            FakeEvent(number, delivery, EventStatus.PROCESSED, incident_id=KEY.incident_id)
        )
