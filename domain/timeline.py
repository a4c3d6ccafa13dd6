"""What happened to an incident, in order."""

from pydantic import AwareDatetime

from domain.alerts import Alert
from domain.analysis import AnalysisRecord, AnalysisState
from domain.incidents import Incident, IncidentState
from domain.values import Value


class Moment(Value):
    at: AwareDatetime
    what: str


def timeline(
    incident: Incident, alerts: tuple[Alert, ...], analyses: tuple[AnalysisRecord, ...]
) -> tuple[Moment, ...]:
    """Oldest first. Alerts stand at the time they happened, not at the time they arrived."""
    moments = [_alert(alert) for alert in alerts]
    moments.append(Moment(at=incident.opened_at, what="incident opened"))
    for record in analyses:
        moments.extend(_analysis(record))
    if incident.ended_at:
        what = "incident resolved" if incident.state is IncidentState.RESOLVED else "incident idle"
        moments.append(Moment(at=incident.ended_at, what=what))
    return tuple(sorted(moments, key=lambda moment: moment.at))


def _alert(alert: Alert) -> Moment:
    name = alert.monitor_name or alert.title
    return Moment(at=alert.happened_at, what=f"{alert.transition}: {name}")


def _analysis(record: AnalysisRecord) -> list[Moment]:
    number = record.key.number
    moments = [Moment(at=record.started_at, what=f"analysis {number} started")]
    if record.finished_at and record.conclusion:
        what = f"analysis {number} finished: {record.conclusion.outcome}"
        moments.append(Moment(at=record.finished_at, what=what))
    elif record.finished_at and record.state is AnalysisState.FAILED:
        moments.append(Moment(at=record.finished_at, what=f"analysis {number} failed"))
    return moments
