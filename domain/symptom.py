"""When the trouble began: the moment that a cause must precede."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.case import Case
from domain.items import metrics_by_id, patterns_by_id
from domain.log_patterns import LogPattern

CLOCK_GRACE = timedelta(minutes=1)  # clocks differ, and a deployment is reported when it is done
LOGS_LEAD = timedelta(minutes=10)  # how far errors may run ahead of a metric that averages them
MIN_SHARE = 0.2  # of the most frequent suspicious pattern's lines: rarer ones are noise


def symptom_onset(case: Case) -> datetime:
    """The metric's onset, or that of the errors just before it; else the errors'; else the alert.

    Never after the first alert.
    """
    alert_at = case.frame.first_alert_at
    errors_at = [pattern.began_at for pattern in main_patterns(_patterns(case))]
    metrics_at = [
        reading.shift.onset_at
        for _, reading in metrics_by_id(case.evidence, case.frame).values()
        if reading.shift
    ]
    if not metrics_at:
        return min([*errors_at, alert_at])
    metric_at = min(metrics_at)
    leading = [at for at in errors_at if metric_at - LOGS_LEAD <= at]
    return min([*leading, metric_at, alert_at])


def main_patterns(patterns: Iterable[LogPattern]) -> list[LogPattern]:
    """New and grown patterns that carry the incident, in the order given."""
    suspicious = [pattern for pattern in patterns if pattern.change.is_suspicious]
    most = max((pattern.count for pattern in suspicious), default=0)
    return [pattern for pattern in suspicious if pattern.count >= MIN_SHARE * most]


def precedes(moment: datetime, onset: datetime) -> bool:
    """Whether what happened at `moment` can have caused what began at `onset`."""
    return moment <= onset + CLOCK_GRACE


def _patterns(case: Case) -> Iterable[LogPattern]:
    return patterns_by_id(case.evidence, case.frame).values()
