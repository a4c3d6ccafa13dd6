"""When the trouble began: the moment that a cause must precede."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from domain.case import Case
from domain.items import metrics_by_id, patterns_by_id
from domain.log_patterns import LogPattern
from domain.metric_onset import MetricShift

CLOCK_GRACE = timedelta(minutes=1)  # clocks differ, and a deployment is reported when it is done
LOGS_LEAD = timedelta(minutes=10)  # how far errors may run ahead of a metric that averages them
MIN_SHARE = 0.2  # of the most frequent suspicious pattern's lines: rarer ones are noise


def symptom_onset(case: Case) -> datetime:
    """The metric's onset, or that of the errors just before it; else the errors'; else the alert.

    Never after the first alert.
    """
    alert_at = case.frame.first_alert_at
    patterns = patterns_by_id(case.evidence, case.frame).values()
    errors_at = [pattern.began_at for pattern in main_patterns(patterns)]
    leading = leading_shift(case)
    if leading is None:
        return min([*errors_at, alert_at])
    _, shift = leading
    just_before = [at for at in errors_at if at >= shift.onset_at - LOGS_LEAD]
    return min([*just_before, shift.onset_at, alert_at])


def leading_shift(case: Case) -> tuple[str, MetricShift] | None:
    """The departure that the alert is about, with its evidence id.

    Of a metric with many groups it is the alert's own group, else the one that strayed farthest:
    among fifty hosts one is always odd.
    """
    scope = set(case.frame.scope)
    best: tuple[str, MetricShift] | None = None
    best_rank = (-1, -1.0)
    for metric_id, (series, reading) in metrics_by_id(case.evidence, case.frame).items():
        if reading.shift:
            shared = len(scope & {tag.strip() for tag in series.scope.split(",")})
            rank = (shared, abs(reading.shift.peak - (reading.baseline_median or 0.0)))
            if rank > best_rank:
                best, best_rank = (metric_id, reading.shift), rank
    return best


def main_patterns(patterns: Iterable[LogPattern]) -> list[LogPattern]:
    """New and grown patterns that carry the incident, in the order given."""
    suspicious = [pattern for pattern in patterns if pattern.change.is_suspicious]
    most = max((pattern.count for pattern in suspicious), default=0)
    return [pattern for pattern in suspicious if pattern.count >= MIN_SHARE * most]


def carrying(patterns: Mapping[str, LogPattern]) -> dict[str, LogPattern]:
    """`main_patterns` by id, of each service by its own measure."""
    services: dict[str, list[LogPattern]] = {}
    for pattern in patterns.values():
        services.setdefault(pattern.service, []).append(pattern)
    kept = [one for ours in services.values() for one in main_patterns(ours)]
    return {key: pattern for key, pattern in patterns.items() if pattern in kept}


def precedes(moment: datetime, onset: datetime) -> bool:
    """Whether what happened at `moment` can have caused what began at `onset`."""
    return moment <= onset + CLOCK_GRACE
