"""Incidents that people end, in memory."""

from datetime import datetime

from domain.audit import Author, Change
from domain.errors import Conflict, InvalidInput, NotFound
from domain.incidents import Incident, IncidentState
from tests.fakes.store_state import FakeState


class FakeEndings:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    async def close_incident(
        self, incident_id: int, *, why: str, now: datetime, signed: Author
    ) -> bool:
        incident = self._find(incident_id)
        if incident.state is IncidentState.RESOLVED or incident.closed_by:
            return False
        self._change(incident, closed_by=signed.who, closed_why=why)
        for episode in self.state.episodes:
            if episode.incident_id == incident_id and episode.value.recovered_at is None:
                moment = max(now, episode.value.started_at)
                episode.value = episode.value.model_copy(update={"recovered_at": moment})
        self._note(signed, "incident.closed", incident_id)
        return True

    async def merge_incident(
        self, incident_id: int, *, into: int, now: datetime, signed: Author
    ) -> None:
        if incident_id == into:
            raise InvalidInput("into: an incident cannot be merged into itself")
        incident, target = self._find(incident_id), self._find(into)
        if incident.merged_into == into:
            return
        if incident.merged_into or target.merged_into:
            raise Conflict("it was merged already")
        if target.state is IncidentState.RESOLVED:
            raise Conflict("into: that incident is over")
        self._change(
            incident,
            state=IncidentState.RESOLVED,
            merged_into=into,
            ended_at=now,
            closed_by=signed.who,
        )
        self._move(incident, target)
        self._note(signed, "incident.merged", incident_id)

    def _move(self, incident: Incident, target: Incident) -> None:
        """Everything that still alerts."""
        moved = [
            episode
            for episode in self.state.episodes
            if episode.incident_id == incident.id and episode.value.recovered_at is None
        ]
        for episode in moved:
            episode.incident_id = target.id
        priorities = [one for one in (target.priority, incident.priority) if one]
        self._change(
            target,
            first_alert_at=min([target.first_alert_at, *(e.value.started_at for e in moved)]),
            last_alert_at=max(target.last_alert_at, incident.last_alert_at),
            priority=min(priorities, default=""),
        )

    def _change(self, incident: Incident, **changes: object) -> None:
        self.state.incidents[incident.id] = incident.model_copy(update=changes)

    def _note(self, author: Author, action: str, incident_id: int) -> None:
        self.state.noted.append(
            Change(author=author, action=action, subject=f"incident {incident_id}")
        )

    def _find(self, incident_id: int) -> Incident:
        self.state.answer()
        if incident_id not in self.state.incidents:
            raise NotFound(f"there is no incident {incident_id!r}")
        return self.state.incidents[incident_id]
