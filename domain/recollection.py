"""What memory keeps of an incident, and the words by which it is found again.

Store and query use the same recipe: what is searched for looks like what was stored.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from domain.alerts import Alert
from domain.analysis import NO_CULPRIT, Conclusion, Outcome
from domain.case import Case, Evidence
from domain.feedback import Feedback, Verdict
from domain.incidents import Incident
from domain.log_patterns import group_lines
from domain.memory import PastIncident, Standing
from domain.notebook import NotebookReference

MAX_TEXT = 2_000  # characters; more dilutes an embedding
MAX_MESSAGE = 800  # of the alert's message, which people fill with runbooks
MAX_PATTERNS = 5

_MENTION = re.compile(r"(?<!\w)@[\w.@-]+")  # whom Datadog notifies: the same in every alert


def past_incident(
    case: Case, conclusion: Conclusion, notebook: NotebookReference | None, *, at: datetime
) -> PastIncident:
    """The incident as concluded `at`: what a later one should learn from it.

    It counts as happened at its first alert, but never after `at`: a sender whose clock runs ahead
    must not hide it from the incidents that follow.
    """
    incident = case.incident
    return PastIncident(
        incident_key=incident.key,
        incident_id=incident.id,
        happened_at=min(incident.first_alert_at, at),
        title=incident.title,
        text=search_text(incident, case.alerts, case.evidence),
        signature="; ".join(_top_templates(case.evidence))[:MAX_TEXT],
        service=incident.service,
        env=incident.env,
        monitor_id=incident.monitor_id,
        summary=conclusion.summary,
        culprit_change=conclusion.culprit_change,
        category=conclusion.category.value,
        remediation=_remediation(conclusion),
        outcome=conclusion.outcome,
        notebook=notebook,
        duration_seconds=_duration_seconds(incident),
    )


def corrected(past: PastIncident, feedback: Feedback) -> PastIncident:
    """The incident as people saw it: their word on the cause wins over what was concluded."""
    changes: dict[str, object] = {"standing": Standing(feedback.verdict)}
    if feedback.verdict is Verdict.CORRECTED:
        # The change that was blamed and what was advised belong to the wrong cause.
        changes |= {"culprit_change": NO_CULPRIT, "category": "", "remediation": ""}
    if feedback.cause:
        changes |= {
            "summary": feedback.cause,
            "text": f"{past.text}; {' '.join(feedback.cause.split())}",
        }
    if feedback.remediation:
        changes["remediation"] = feedback.remediation
    return past.model_copy(update=changes)


def search_text(incident: Incident, alerts: tuple[Alert, ...], evidence: Evidence) -> str:
    """The alert's title, service and message, then the top error patterns; one line of words.

    Built from what is known before the analysis, so that it reads the same before and after it.
    """
    alert = next((alert for alert in alerts if not alert.transition.is_recovery), None)
    title = (alert.monitor_name or alert.title) if alert else ""
    message = alert.message if alert else ""
    parts = (
        title or incident.title,
        incident.service,
        " ".join(_MENTION.sub(" ", message).split())[:MAX_MESSAGE],
        *_top_templates(evidence),
    )
    words = (" ".join(part.split()) for part in parts)
    return "; ".join(part for part in words if part)[:MAX_TEXT].strip()


def _top_templates(evidence: Evidence) -> Iterable[str]:
    """What is new before what was always there, then what is frequent."""
    usual = {template for template, _, _ in group_lines(evidence.baseline_logs)}
    groups = group_lines(evidence.logs)
    ranked = sorted(
        groups.items(), key=lambda group: (group[0][0] in usual, -len(group[1]), group[0])
    )
    return list(dict.fromkeys(template for (template, _, _), _ in ranked))[:MAX_PATTERNS]


def _remediation(conclusion: Conclusion) -> str:
    """What an inconclusive analysis advised helped nobody that we know of."""
    if conclusion.outcome is Outcome.INCONCLUSIVE:
        return ""
    return " ".join(conclusion.immediate_actions)


def _duration_seconds(incident: Incident) -> float | None:
    if incident.recovered_at is None:
        return None
    return max((incident.recovered_at - incident.first_alert_at).total_seconds(), 0.0)
