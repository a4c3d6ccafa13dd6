"""Answers that need no analysis: the oracle, and the duds that every analyst must leave behind.

They check the evaluation itself: were a dud to score well, the scenarios would measure nothing.
"""

from collections.abc import Callable, Mapping, Sequence

from pydantic import AwareDatetime

from domain.analysis import NO_CULPRIT
from domain.changes import SERVICE_KEYS, ChangeKind, kind_of, labels
from domain.evaluation import Answer, Expected
from domain.evidence import DatadogEvent
from domain.values import Value


class Glance(Value):
    """All that a dud looks at: the alert, and the changes found around it."""

    scenario: str
    alert_at: AwareDatetime
    service: str  # that alerts
    events: tuple[DatadogEvent, ...]


Dud = Callable[[Glance], Answer]


def oracle(scenario: str, expected: Expected) -> Answer:
    """Knows; so whatever the scoring takes off it is the scoring's mistake."""
    return Answer(
        scenario=scenario,
        culprit_change=expected.culprit_change,
        first_failing_service=expected.first_failing_service,
        outcome="known",
        claims=1,
        valid_claims=1,
        shown_changes=(expected.culprit_change,),
    )


def always_none(glance: Glance) -> Answer:
    return Answer(scenario=glance.scenario, first_failing_service=glance.service)


def latest_deployment(glance: Glance) -> Answer:
    """Blames what was deployed last before the alert, wherever it was."""
    deployments = [event for event in glance.events if kind_of(event) is ChangeKind.DEPLOYMENT]
    return _blaming(_latest(deployments, glance), glance)


def latest_own_change(glance: Glance) -> Answer:
    """Blames what was changed last in the alerting service."""
    own = [
        event
        for event in glance.events
        if kind_of(event) is not ChangeKind.NONE and glance.service in labels(event, *SERVICE_KEYS)
    ]
    return _blaming(_latest(own, glance), glance)


DUDS: Mapping[str, Dud] = {
    "always none": always_none,
    "latest deployment": latest_deployment,
    "latest own change": latest_own_change,
}


def _latest(events: Sequence[DatadogEvent], glance: Glance) -> str:
    before = [event for event in events if event.happened_at <= glance.alert_at]
    latest = max(before, key=lambda event: event.happened_at, default=None)
    return latest.event_id if latest else NO_CULPRIT


def _blaming(culprit: str, glance: Glance) -> Answer:
    return Answer(
        scenario=glance.scenario,
        culprit_change=culprit,
        first_failing_service=glance.service,
    )
