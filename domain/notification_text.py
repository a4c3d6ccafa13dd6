"""The words of a notification: short, and without secrets."""

from collections.abc import Sequence

from domain.alerts import AlertStatus
from domain.analysis import AnalysisRecord
from domain.incidents import Incident, Occasion
from domain.notices import Notice, Notification, Urgency
from domain.redaction import redact
from domain.spans import in_words

ORANGE, BLUE, GREEN = "#ff8c00", "#4c8dff", "#2e9e5b"
UNTITLED = "an alert without a title"
LONGEST_TITLE = 120
LONGEST_MESSAGE = 400

_COLOURS = {
    Occasion.OPENED: ORANGE,
    Occasion.WORSENED: ORANGE,
    Occasion.ANALYSED: BLUE,
    Occasion.UNEXPLAINED: BLUE,
    Occasion.RESOLVED: GREEN,
}
_MINOR = frozenset({"P4", "P5"})


def notification(
    notice: Notice, incident: Incident, analyses: Sequence[AnalysisRecord] = ()
) -> Notification:
    """A recovery takes the place of its alert. What an analysis found stands beside them: an alert
    must not leave the screen because it was explained.
    """
    beside = "-analysis" if notice.occasion.is_about_analyses else ""
    return Notification(
        title=_shown(f"{_heading(notice, incident)}: {incident.title or UNTITLED}", LONGEST_TITLE),
        message=_message(notice, incident, analyses),
        urgency=_urgency(notice, incident),
        colour=_COLOURS[notice.occasion],
        tag=f"rayne-{incident.key}{beside}",
        key=f"{incident.key}-{notice.occasion}",
    )


def a_test() -> Notification:
    """For whoever wants to see whether notifications arrive."""
    return Notification(
        title="Rayne: a test",
        message="Notifications arrive here.",
        urgency=Urgency.NORMAL,
        colour=ORANGE,
        tag="rayne-test",
        key="",
    )


def _heading(notice: Notice, incident: Incident) -> str:
    match notice.occasion:
        case Occasion.OPENED:
            return notice.status
        case Occasion.WORSENED:
            return f"Now {notice.status}"
        case Occasion.ANALYSED:
            return incident.outcome
        case Occasion.UNEXPLAINED:
            return "Not explained"
        case Occasion.RESOLVED:
            if incident.merged_into:
                return "Merged"
            return "Closed" if incident.closed_by else "Recovered"


def _urgency(notice: Notice, incident: Incident) -> Urgency:
    if notice.occasion is Occasion.RESOLVED:
        return Urgency.LOW
    if notice.occasion.is_about_analyses or incident.priority in _MINOR:
        return Urgency.NORMAL
    return Urgency.CRITICAL if notice.status is AlertStatus.ALERT else Urgency.NORMAL


def _message(notice: Notice, incident: Incident, analyses: Sequence[AnalysisRecord]) -> str:
    """What is known, then where more is. Links are ours and never cut."""
    told = _shown(_told(notice, incident, analyses), LONGEST_MESSAGE)
    place = f"incident {incident.id}"
    return "\n".join(filter(None, (told, place, incident.notebook_url)))


def _told(notice: Notice, incident: Incident, analyses: Sequence[AnalysisRecord]) -> str:
    match notice.occasion:
        case Occasion.OPENED | Occasion.WORSENED:
            parts = (incident.priority, incident.service, incident.env)
            return ", ".join(filter(None, parts))
        case Occasion.ANALYSED:
            return next((a.conclusion.summary for a in reversed(analyses) if a.conclusion), "")
        case Occasion.UNEXPLAINED:
            return next((f"its analysis failed: {a.error}" for a in reversed(analyses)), "")
        case Occasion.RESOLVED:
            return _ending(incident)


def _ending(incident: Incident) -> str:
    if incident.ended_by_hand:
        return incident.ended_by_hand
    ended = incident.recovered_at or incident.ended_at
    return f"after {in_words(ended - incident.first_alert_at)}" if ended else ""


def _shown(text: str, most: int) -> str:
    """Redacted first: half a secret may pass for none."""
    flat = " ".join(redact(text).split())
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}…"
