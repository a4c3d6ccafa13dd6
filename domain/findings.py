"""What stands out in a case, before anybody says why."""

from collections.abc import Iterable
from datetime import timedelta

from pydantic import AwareDatetime

from domain.case import Case
from domain.changes import SERVICE_KEYS, labels
from domain.dependencies import Dependency, failing_dependency
from domain.evidence import MetricSeries
from domain.host_strain import Strain, strains_of
from domain.items import metrics_by_id, patterns_by_id
from domain.log_patterns import LogPattern
from domain.metric_onset import MetricReading, MetricShift
from domain.symptom import main_patterns, symptom_onset
from domain.values import Value

SHORT = timedelta(minutes=15)  # trouble that passes by itself within this is a flap


class Findings(Value):
    """Patterns and metrics keep their evidence ids; `suspicious` carry the incident."""

    case: Case
    onset_at: AwareDatetime
    patterns: dict[str, LogPattern]
    suspicious: dict[str, LogPattern]
    metrics: dict[str, tuple[MetricSeries, MetricReading]]
    strains: tuple[Strain, ...]
    failing_service: str  # whose errors began first; "" without errors
    dependency: Dependency | None

    @property
    def shifts(self) -> dict[str, MetricShift]:
        return {key: one.shift for key, (_, one) in self.metrics.items() if one.shift}

    @property
    def own_services(self) -> frozenset[str]:
        """The alert's services and those whose errors carry the incident."""
        logging = (pattern.service for pattern in self.suspicious.values() if pattern.service)
        return frozenset((*self.case.frame.services, *logging))

    @property
    def passed_by_itself(self) -> bool:
        """Whether something shows that it ended soon, and nothing shows that it goes on."""
        shifts = self.shifts.values()
        if any(shift.returned_at is None for shift in shifts):
            return False
        recovered_at = self.case.incident.recovered_at
        ended = [shift.returned_at - shift.onset_at for shift in shifts if shift.returned_at]
        if recovered_at:
            ended.append(recovered_at - self.onset_at)
        return bool(ended) and max(ended) <= SHORT


def examine(case: Case) -> Findings:
    """Everything the rules need, worked out once. Deterministic; never raises."""
    patterns = patterns_by_id(case.evidence, case.frame)
    main = main_patterns(patterns.values())
    suspicious = {key: pattern for key, pattern in patterns.items() if pattern in main}
    failing = _first_failing(suspicious.values())
    return Findings(
        case=case,
        onset_at=symptom_onset(case),
        patterns=patterns,
        suspicious=suspicious,
        metrics=metrics_by_id(case.evidence, case.frame),
        strains=strains_of(case.evidence.host),
        failing_service=failing,
        dependency=failing_dependency(
            suspicious, failing, _known_services(case), frozenset(map(str.lower, case.frame.hosts))
        ),
    )


def _first_failing(patterns: Iterable[LogPattern]) -> str:
    """The service whose errors began first; of two at once, the one with more of them."""
    speaking = [pattern for pattern in patterns if pattern.service]
    first = min(speaking, key=lambda one: (one.began_at, -one.count, one.service), default=None)
    return first.service if first else ""


def _known_services(case: Case) -> frozenset[str]:
    evidence = case.evidence
    logging = (line.service for line in (*evidence.logs, *evidence.baseline_logs))
    tagged = (name for event in evidence.events for name in labels(event, *SERVICE_KEYS))
    apps = evidence.host.apps if evidence.host else ()
    return frozenset(name for name in (*logging, *tagged, *apps) if name)
