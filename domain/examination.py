"""Works out the findings of a case: everything that the rules need, once."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from domain.case import Case
from domain.changes import SERVICE_KEYS, labels
from domain.dependencies import REFUSAL, Dependency, failing_dependency
from domain.distinctive_words import words_of
from domain.findings import Findings
from domain.first_failure import FirstFailure, first_failure
from domain.host_strain import strains_of
from domain.items import (
    edges_by_id,
    health_by_id,
    origins_by_id,
    patterns_by_id,
    related_by_id,
)
from domain.log_patterns import LogPattern
from domain.service_health import HealthReading
from domain.span_calls import CallEdge, callers_of, neighbours_of
from domain.symptom import carrying, leading_shift, symptom_onset
from domain.utterances import utterances_of

LEAD = timedelta(minutes=20)  # how far what failed below may run ahead of the symptom
TOGETHER = timedelta(minutes=5)


def examine(case: Case) -> Findings:
    """Deterministic; never raises."""
    return _Examination(case).findings()


class _Examination:
    """Evidence first, then where it began, then whom the errors blame, then what follows."""

    def __init__(self, case: Case) -> None:
        evidence, frame = case.evidence, case.frame
        self._case = case
        self._patterns = patterns_by_id(evidence, frame)
        self._suspicious = carrying(self._patterns)
        self._related = carrying(related_by_id(evidence, frame))
        self._edges = tuple(edges_by_id(evidence).values())
        self._origins = origins_by_id(evidence, frame)
        self._health = health_by_id(evidence, frame)
        self._failing = _first_failing(self._suspicious.values())
        self._own = frozenset(frame.services or ((self._failing,) if self._failing else ()))
        self._known = _known_services(case, self._edges)

    def findings(self) -> Findings:
        case, suspicious, failure = self._case, self._suspicious, self._failure()
        dependency = self._dependency(failure)
        path = {*(failure.path if failure else self._own), dependency.name if dependency else ""}
        below = {key: one for key, one in self._related.items() if one.service in path}
        voices = {**suspicious, **below}
        onset_at = _onset(case, failure, below.values())
        leading = leading_shift(case)
        return Findings(
            case=case,
            onset_at=onset_at,
            patterns=self._patterns,
            suspicious=suspicious,
            voices=voices,
            utterances=utterances_of(voices, self._origins, path),
            metric_id=leading[0] if leading else "",
            shift=leading[1] if leading else None,
            strains=strains_of(case.evidence.host),
            failing_service=self._failing,
            failure=failure,
            callers=callers_of(failure.service, self._edges) if failure else frozenset(),
            neighbours=neighbours_of(failure.service, self._edges) if failure else frozenset(),
            fellows=_fellows(onset_at, self._related.values()),
            surge=_surge(self._own, self._health),
            dependency=dependency,
            known_services=self._known,
            usual_words=_usual_words(case, self._patterns.values(), self._known),
        )

    def _failure(self) -> FirstFailure | None:
        found = first_failure(self._own, self._origins, self._edges, self._health)
        return _unless_refused(found, {**self._suspicious, **self._related})

    def _dependency(self, failure: FirstFailure | None) -> Dependency | None:
        """Whom the errors blame, from where traces lead no further."""
        start = failure.service if failure else self._failing
        above = failure.path if failure else ()
        excluded = frozenset(name.lower() for name in (*self._case.frame.hosts, *above))
        voices = {**self._suspicious, **self._related}
        return failing_dependency(voices, start, self._known, excluded)


def _unless_refused(
    failure: FirstFailure | None, voices: Mapping[str, LogPattern]
) -> FirstFailure | None:
    """A store or a stranger that says nothing, and turns its caller away, did not fail."""
    if failure is None or len(failure.path) < 2:
        return failure
    if any(one.service == failure.service for one in voices.values()):
        return failure
    told = [one.example for one in voices.values() if one.service == failure.path[-2]]
    refused = any(REFUSAL.search(example) for example in told)
    return failure.as_seen_by_its_caller() if refused else failure


def _onset(case: Case, failure: FirstFailure | None, below: Iterable[LogPattern]) -> datetime:
    """The symptom's, or that of what failed below it shortly before."""
    symptom = symptom_onset(case)
    earlier = [pattern.began_at for pattern in below]
    if failure:
        earlier.append(failure.began_at)
    return min([symptom, *(at for at in earlier if at >= symptom - LEAD)])


def _fellows(onset_at: datetime, related: Iterable[LogPattern]) -> frozenset[str]:
    return frozenset(one.service for one in related if abs(one.began_at - onset_at) <= TOGETHER)


def _surge(own: frozenset[str], health: Mapping[str, HealthReading]) -> str:
    return next((key for key, one in health.items() if one.service in own and one.is_surge), "")


def _first_failing(patterns: Iterable[LogPattern]) -> str:
    """The service whose errors began first; of two at once, the one with more of them."""
    speaking = [pattern for pattern in patterns if pattern.service]
    first = min(speaking, key=lambda one: (one.began_at, -one.count, one.service), default=None)
    return first.service if first else ""


def _usual_words(
    case: Case, patterns: Iterable[LogPattern], known: frozenset[str]
) -> frozenset[str]:
    """A service's name ties nothing to anything: everything here bears one."""
    frame, suspicious = case.frame, {one.service for one in patterns if one.change.is_suspicious}
    names = (*frame.services, *frame.hosts, *frame.scope, frame.env, *suspicious, *known)
    always = (one.example for one in patterns if not one.change.is_suspicious)
    return words_of(" ".join((*names, *always)))


def _known_services(case: Case, edges: Iterable[CallEdge]) -> frozenset[str]:
    evidence = case.evidence
    lines = (*evidence.logs, *evidence.baseline_logs, *evidence.related_logs)
    logging = (line.service for line in lines)
    tagged = (name for event in evidence.events for name in labels(event, *SERVICE_KEYS))
    apps = evidence.host.apps if evidence.host else ()
    traced = (edge.callee for edge in edges)
    return frozenset(name for name in (*logging, *tagged, *apps, *traced) if name)
