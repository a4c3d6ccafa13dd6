"""What stands out in a case, before anybody says why."""

from datetime import timedelta
from functools import cached_property

from pydantic import AwareDatetime

from domain.case import Case
from domain.dependencies import Dependency
from domain.first_failure import FirstFailure
from domain.host_strain import Strain, is_of_a_host, speaks_of_want
from domain.log_patterns import LogPattern
from domain.metric_onset import MetricShift
from domain.utterances import (
    Utterance,
    tell_of_overload,
    tell_of_something_used_up,
    tell_of_what_nobody_deploys,
)
from domain.values import Value

SHORT = timedelta(minutes=15)  # trouble that passes by itself within this is a flap
LINGER = timedelta(minutes=1)  # errors may trail a metric's return


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
        return tell_of_overload(self.utterances.values())

    @cached_property
    def is_nobodys_change(self) -> bool:
        """Whether the errors are of a kind that no change of a service brings."""
        return tell_of_what_nobody_deploys(self.utterances.values())

    @property
    def began_elsewhere(self) -> bool:
        """Whether traces lead from the alert's services to another."""
        services = self.case.frame.services
        return bool(self.failure and services and self.failure.service not in services)

    @cached_property
    def leaks(self) -> bool:
        """Whether the errors tell of something used up, which takes its time."""
        return tell_of_something_used_up(self.utterances.values())

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
