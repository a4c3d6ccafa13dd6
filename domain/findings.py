"""What stands out in a case, before anybody says why."""

from collections.abc import Iterable
from datetime import timedelta

from pydantic import AwareDatetime

from domain.case import Case
from domain.changes import SERVICE_KEYS, labels
from domain.dependencies import Dependency, failing_dependency
from domain.distinctive_words import words_of
from domain.host_strain import Strain, is_of_a_host, speaks_of_want, strains_of
from domain.items import patterns_by_id
from domain.log_patterns import LogPattern
from domain.metric_onset import MetricShift
from domain.symptom import leading_shift, main_patterns, symptom_onset
from domain.values import Value

SHORT = timedelta(minutes=15)  # trouble that passes by itself within this is a flap
LINGER = timedelta(minutes=1)  # errors may trail a metric's return


class Findings(Value):
    """Patterns keep their evidence ids; `suspicious` ones carry the incident."""

    case: Case
    onset_at: AwareDatetime
    patterns: dict[str, LogPattern]
    suspicious: dict[str, LogPattern]
    metric_id: str  # of `shift`; "" without one
    shift: MetricShift | None  # how the alert's metric left its normal range
    strains: tuple[Strain, ...]
    failing_service: str  # whose errors began first; "" without errors
    dependency: Dependency | None
    usual_words: frozenset[str]  # the names of everything here, and what the logs always say

    @property
    def own_services(self) -> frozenset[str]:
        """The alert's services and those whose errors carry the incident."""
        logging = (pattern.service for pattern in self.suspicious.values() if pattern.service)
        return frozenset((*self.case.frame.services, *logging))

    @property
    def troubled_services(self) -> frozenset[str]:
        """Ours, and the one that ours blame."""
        blamed = (self.dependency.name,) if self.dependency else ()
        return self.own_services.union(blamed)

    @property
    def passed_by_itself(self) -> bool:
        """Whether something shows that it ended soon, and nothing shows that it goes on."""
        if self.shift and self.shift.returned_at is None:
            return False
        ends = [self.shift.returned_at if self.shift else None, self.case.incident.recovered_at]
        ended_at = max((end for end in ends if end), default=None)
        if ended_at is None or ended_at - self.onset_at > SHORT:
            return False
        return all(one.last_seen_at <= ended_at + LINGER for one in self.suspicious.values())

    @property
    def host_explains_it(self) -> bool:
        """Whether the host's strain fits the symptom, and does not merely stand beside it."""
        if not self.strains:
            return False
        own_metric = any(is_of_a_host(series.query) for series in self.case.evidence.metrics)
        complaints = [pattern.example for pattern in self.suspicious.values()]
        return own_metric or not complaints or any(map(speaks_of_want, complaints))


def examine(case: Case) -> Findings:
    """Everything the rules need, worked out once. Deterministic; never raises."""
    patterns = patterns_by_id(case.evidence, case.frame)
    main = main_patterns(patterns.values())
    suspicious = {key: pattern for key, pattern in patterns.items() if pattern in main}
    leading = leading_shift(case)
    failing = _first_failing(suspicious.values())
    return Findings(
        case=case,
        onset_at=symptom_onset(case),
        patterns=patterns,
        suspicious=suspicious,
        metric_id=leading[0] if leading else "",
        shift=leading[1] if leading else None,
        usual_words=_usual_words(case, patterns.values()),
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


def _usual_words(case: Case, patterns: Iterable[LogPattern]) -> frozenset[str]:
    frame, suspicious = case.frame, {one.service for one in patterns if one.change.is_suspicious}
    names = (*frame.services, *frame.hosts, *frame.scope, frame.env, *suspicious)
    always = (one.example for one in patterns if not one.change.is_suspicious)
    return words_of(" ".join((*names, *always)))


def _known_services(case: Case) -> frozenset[str]:
    evidence = case.evidence
    logging = (line.service for line in (*evidence.logs, *evidence.baseline_logs))
    tagged = (name for event in evidence.events for name in labels(event, *SERVICE_KEYS))
    apps = evidence.host.apps if evidence.host else ()
    return frozenset(name for name in (*logging, *tagged, *apps) if name)
