"""Incidents in memory."""

from datetime import datetime

from domain.alerts import Alert, AlertStatus
from domain.analysis import AnalysisState
from domain.errors import NotFound
from domain.incidents import MAX_ALERTS, Incident, IncidentSnapshot, IncidentState
from domain.notebook import NotebookReference
from domain.paging import Listed, Piece
from tests.fakes.paging import piece_of
from tests.fakes.store_state import FakeAnalysis, FakeState


class FakeIncidents:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    def add(self, incident: Incident) -> None:
        """For tests that need an incident and not the alerts that opened it."""
        self.state.incidents[incident.id] = incident

    async def get_incident(self, incident_id: int) -> Incident:
        return self._with_parts(self._find(incident_id))

    async def glance(self, incident_id: int) -> IncidentSnapshot:
        incident = await self.get_incident(incident_id)
        joined = [event for event in self.state.events if event.incident_id == incident_id]
        alerts = [event.delivery.alert for event in joined if event.delivery.alert]
        no_data = [a.status is AlertStatus.NO_DATA for a in alerts if a.transition.is_news]
        return IncidentSnapshot(
            id=incident.id,
            title=incident.title,
            state=incident.state,
            service=incident.service,
            monitor_id=incident.monitor_id,
            outcome=incident.outcome,
            analyses=incident.analyses,
            deliveries=len(incident.event_ids),
            recovered_at=incident.recovered_at,
            has_news=not all(no_data),
            has_no_data=any(no_data),
            merged_into=incident.merged_into,
            told=tuple(notice.occasion for notice in self.state.notices_of(incident_id)),
        )

    async def list_incidents(
        self, piece: Piece, *, is_open: bool = False, analysis_failed: bool = False
    ) -> Listed[Incident]:
        self.state.answer()
        known = [self._with_parts(self.state.incidents[n]) for n in sorted(self.state.incidents)]
        wanted = [
            one
            for one in known
            if (one.state is IncidentState.OPEN or not is_open)
            and (self._failed(one.id) or not analysis_failed)
        ]
        return piece_of([one.model_copy(update={"event_ids": ()}) for one in wanted], piece)

    def _failed(self, incident_id: int) -> bool:
        """Its latest analysis."""
        numbers = {key.number: key for key in self.state.analyses if key.incident_id == incident_id}
        if not numbers:
            return False
        return self.state.analyses[numbers[max(numbers)]].record.state is AnalysisState.FAILED

    async def alerts_of(self, incident_id: int) -> tuple[Alert, ...]:
        self.state.answer()
        joined = [event for event in self.state.events if event.incident_id == incident_id]
        alerts = [event.delivery.alert for event in joined if event.delivery.alert]
        return tuple(sorted(alerts, key=lambda alert: alert.happened_at))[:MAX_ALERTS]

    async def end_incident(
        self, incident_id: int, state: IncidentState, *, seen: int, ended_at: datetime
    ) -> bool:
        incident = self._find(incident_id)
        if incident.state in (state, IncidentState.RESOLVED):
            return True
        if len(self._with_parts(incident).event_ids) > seen:
            return False
        self._change(incident, state=state, ended_at=ended_at)
        return True

    async def set_notebook(self, incident_id: int, notebook: NotebookReference) -> None:
        self._change(self._find(incident_id), notebook=notebook)

    def _find(self, incident_id: int) -> Incident:
        self.state.answer()
        if incident_id not in self.state.incidents:
            raise NotFound(f"there is no incident {incident_id!r}")
        return self.state.incidents[incident_id]

    def _change(self, incident: Incident, **changes: object) -> None:
        self.state.incidents[incident.id] = incident.model_copy(update=changes)

    def _with_parts(self, incident: Incident) -> Incident:
        """An incident that a test added whole keeps the parts that nothing here adds to."""
        episodes = [e.value for e in self.state.episodes if e.incident_id == incident.id]
        event_ids = [e.id for e in self.state.events if e.incident_id == incident.id]
        analyses = [a for key, a in self.state.analyses.items() if key.incident_id == incident.id]
        parts: dict[str, object] = {
            "episodes": tuple(sorted(episodes, key=lambda episode: episode.started_at)),
            "event_ids": tuple(event_ids),
            "analyses": len(analyses),
            "outcome": _outcome(analyses),
            "downtimes": self.state.mutings_of(incident.id),
        }
        return incident.model_copy(update={name: part for name, part in parts.items() if part})


def _outcome(analyses: list[FakeAnalysis]) -> str:
    """Of the latest that finished."""
    records = sorted((analysis.record for analysis in analyses), key=lambda r: r.key.number)
    outcomes = [record.conclusion.outcome.value for record in records if record.conclusion]
    return outcomes[-1] if outcomes else ""
