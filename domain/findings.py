"""What stands out in a case, before anybody says why."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property

from pydantic import AwareDatetime

from domain.case import Case
from domain.changes import SERVICE_KEYS, labels
from domain.dependencies import REFUSAL, Dependency, failing_dependency
from domain.distinctive_words import words_of
from domain.first_failure import FirstFailure, first_failure
from domain.host_strain import Strain, is_of_a_host, speaks_of_want, strains_of
from domain.items import (
    edges_by_id,
    health_by_id,
    origins_by_id,
    patterns_by_id,
    related_by_id,
)
from domain.kindred_words import kinds_of_error
from domain.log_patterns import LogPattern
from domain.metric_onset import MetricShift
from domain.service_health import HealthReading
from domain.span_calls import CallEdge
from domain.span_origins import SpanOrigin
from domain.symptom import leading_shift, main_patterns, symptom_onset
from domain.values import Value

LEAD = timedelta(minutes=20)  # how far what failed below may run ahead of the symptom
TOGETHER = timedelta(minutes=5)
SHORT = timedelta(minutes=15)  # trouble that passes by itself within this is a flap
LINGER = timedelta(minutes=1)  # errors may trail a metric's return

_USED_UP = re.compile(
    r"out ?of ?memory|\boom|heap|gc overhead|too many open files|file descriptors|\bleak"
    r"|cannot allocate|exit\w* (?:with )?(?:code|status) 13[47]|sigabrt|sigkill",
    re.IGNORECASE,
)

# Nobody's deployment brings these about: they clear whoever came just before.
_OUTSIDE = re.compile(
    r"no space left|disk (?:is )?full|certificate (?:has |is )?expired|x509: certificate"
    r"|quota exceeded|hardware|read-only file system|node (?:not ready|lost)|spot interruption",
    re.IGNORECASE,
)
_OVERLOAD = re.compile(
    r"overload|in-flight|resource_?exhausted|too many (?:requests|connections|clients)"
    r"|queue (?:wait|is full|full)|rejected ?execution|connection slots|load shed",
    re.IGNORECASE,
)


class Utterance(Value):
    """Words of an error, and which line of its item holds them."""

    text: str
    fact: str
    words: frozenset[str]
    kinds: frozenset[str]  # of error, as `domain.kindred_words` knows them

    @classmethod
    def of(cls, text: str, fact: str) -> "Utterance":
        return cls(text=text, fact=fact, words=words_of(text), kinds=kinds_of_error(text))


class Findings(Value):
    """Everything keeps its evidence id; `suspicious` patterns carry the incident."""

    case: Case
    onset_at: AwareDatetime  # of the trouble, wherever it began
    patterns: dict[str, LogPattern]
    suspicious: dict[str, LogPattern]  # of the alert's services and hosts
    voices: dict[str, LogPattern]  # `suspicious`, and those of the services on the way down
    utterances: dict[str, Utterance]  # what voices and failed spans say
    metric_id: str  # of `shift`; "" without one
    shift: MetricShift | None  # how the alert's metric left its normal range
    strains: tuple[Strain, ...]
    failing_service: str  # whose errors began first; "" without errors
    failure: FirstFailure | None  # what traces and health say of it
    callers: frozenset[str]  # of what failed first
    neighbours: frozenset[str]  # those, and whom it calls
    fellows: frozenset[str]  # other services whose errors began when the trouble did
    surge: str  # evidence id of more requests than usual; "" without
    dependency: Dependency | None
    known_services: frozenset[str]
    usual_words: frozenset[str]  # the names of everything here, and what the logs always say

    @cached_property
    def own_services(self) -> frozenset[str]:
        """The alert's services and those whose errors carry the incident."""
        logging = (pattern.service for pattern in self.suspicious.values() if pattern.service)
        return frozenset((*self.case.frame.services, *logging))

    @cached_property
    def troubled_services(self) -> frozenset[str]:
        """Ours, those on the way to what failed first, and the one that the errors blame."""
        blamed = (self.dependency.name,) if self.dependency else ()
        path = self.failure.path if self.failure else ()
        return self.own_services.union(blamed, path)

    def began_in(self, service: str) -> bool:
        """Whether the trouble can have been made there, as far as anything tells.

        Where too much was asked of a service, whoever calls it may have made it.
        """
        if self.failure is None or service in self.failure.grounds:
            return True
        return service in self.callers and self.is_overload

    @cached_property
    def is_overload(self) -> bool:
        return any(_OVERLOAD.search(said.text) for said in self.utterances.values())

    @cached_property
    def is_nobodys_change(self) -> bool:
        """Whether the errors are of a kind that no change of a service brings."""
        return any(_OUTSIDE.search(said.text) for said in self.utterances.values())

    @property
    def began_elsewhere(self) -> bool:
        """Whether traces lead from the alert's services to another."""
        services = self.case.frame.services
        return bool(self.failure and services and self.failure.service not in services)

    @cached_property
    def leaks(self) -> bool:
        """Whether the errors tell of something used up, which takes its time."""
        return any(_USED_UP.search(said.text) for said in self.utterances.values())

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
    evidence, frame = case.evidence, case.frame
    patterns = patterns_by_id(evidence, frame)
    suspicious = _main(patterns)
    edges, origins = edges_by_id(evidence), origins_by_id(evidence, frame)
    health = health_by_id(evidence, frame)
    failing, leading = _first_failing(suspicious.values()), leading_shift(case)
    own = frozenset(frame.services or ((failing,) if failing else ()))
    related = _main(related_by_id(evidence, frame))
    failure = _unless_refused(
        first_failure(own, origins, edges.values(), health), {**suspicious, **related}
    )
    known = _known_services(case, edges.values())
    dependency = _dependency(case, {**suspicious, **related}, failing, failure, known)
    path = {*(failure.path if failure else own), dependency.name if dependency else ""}
    below = {key: one for key, one in related.items() if one.service in path}
    voices = {**suspicious, **below}
    onset_at = _onset(case, failure, below.values())
    return Findings(
        case=case,
        onset_at=onset_at,
        patterns=patterns,
        suspicious=suspicious,
        voices=voices,
        utterances=_utterances(voices, origins, path),
        metric_id=leading[0] if leading else "",
        shift=leading[1] if leading else None,
        usual_words=_usual_words(case, patterns.values(), known),
        strains=strains_of(evidence.host),
        failing_service=failing,
        failure=failure,
        callers=frozenset(one.caller for one in edges.values() if _calls(one, failure)) - {""},
        neighbours=_neighbours(failure, edges.values()),
        fellows=_fellows(onset_at, related.values()),
        surge=_surge(own, health),
        dependency=dependency,
        known_services=known,
    )


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


def _main(patterns: Mapping[str, LogPattern]) -> dict[str, LogPattern]:
    """Those that carry the incident, of each service by its own measure."""
    kept: list[LogPattern] = []
    for service in {pattern.service for pattern in patterns.values()}:
        kept += main_patterns(one for one in patterns.values() if one.service == service)
    return {key: pattern for key, pattern in patterns.items() if pattern in kept}


def _dependency(
    case: Case,
    voices: Mapping[str, LogPattern],
    failing: str,
    failure: FirstFailure | None,
    known: frozenset[str],
) -> Dependency | None:
    """Whom the errors blame, from where traces lead no further."""
    start = failure.service if failure else failing
    above = failure.path if failure else ()
    excluded = frozenset(name.lower() for name in (*case.frame.hosts, *above))
    return failing_dependency(voices, start, known, excluded)


def _onset(case: Case, failure: FirstFailure | None, below: Iterable[LogPattern]) -> datetime:
    """The symptom's, or that of what failed below it shortly before."""
    symptom = symptom_onset(case)
    earlier = [pattern.began_at for pattern in below]
    if failure:
        earlier.append(failure.began_at)
    return min([symptom, *(at for at in earlier if at >= symptom - LEAD)])


def _utterances(
    voices: Mapping[str, LogPattern], origins: Mapping[str, SpanOrigin], path: set[str]
) -> dict[str, Utterance]:
    logged = {key: Utterance.of(one.example, "example") for key, one in voices.items()}
    traced = {
        key: Utterance.of(f"{one.resource} {one.trouble.value} {one.error_message}", "spans")
        for key, one in origins.items()
        if one.began_at and one.service in path
    }
    return {**logged, **traced}


def _calls(edge: CallEdge, failure: FirstFailure | None) -> bool:
    return failure is not None and edge.callee == failure.service


def _neighbours(failure: FirstFailure | None, edges: Iterable[CallEdge]) -> frozenset[str]:
    pairs = [(edge.caller, edge.callee) for edge in edges]
    ends = {
        other
        for pair in pairs
        if failure and failure.service in pair
        for other in pair
        if other and other != failure.service
    }
    return frozenset(ends)


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
