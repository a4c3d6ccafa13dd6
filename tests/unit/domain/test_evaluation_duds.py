"""What the oracle knows, and by what the duds go."""

from datetime import timedelta

from domain.evaluation import Expected, grade
from domain.evaluation_duds import (
    Glance,
    always_none,
    latest_deployment,
    latest_own_change,
    oracle,
)
from domain.evidence import DatadogEvent
from tests.factories import NOON


def an_event(event_id: str, minutes: float, source: str, service: str) -> DatadogEvent:
    return DatadogEvent(
        event_id=event_id,
        happened_at=NOON + timedelta(minutes=minutes),
        source=source,
        title=f"{source} of {service}",
        tags=(f"service:{service}", "env:prod"),
    )


def a_glance(*events: DatadogEvent) -> Glance:
    return Glance(scenario="one", alert_at=NOON, service="cart", events=events)


def test_the_oracle_is_right_about_everything() -> None:
    expected = Expected(culprit_change="7", first_failing_service="tax", decoy_changes=("8",))

    one = grade(oracle("one", expected), expected)

    assert one.is_right
    assert one.first_failing_right
    assert one.culprit_shown
    assert not one.decoy_convicted


def test_one_dud_blames_nobody_ever() -> None:
    deployed = an_event("1", -5, "deployment", "cart")

    assert always_none(a_glance(deployed)).culprit_change == "none"


def test_one_dud_blames_the_deployment_nearest_before_the_alert() -> None:
    glance = a_glance(
        an_event("early", -40, "deployment", "cart"),
        an_event("latest", -3, "deployment", "mail"),
        an_event("flag", -1, "feature_flag", "cart"),
        an_event("after", 2, "deployment", "cart"),
    )

    assert latest_deployment(glance).culprit_change == "latest"


def test_one_dud_blames_the_alerting_services_latest_change() -> None:
    glance = a_glance(
        an_event("own", -40, "feature_flag", "cart"),
        an_event("alert", -2, "alert", "cart"),
        an_event("other", -3, "deployment", "mail"),
    )

    assert latest_own_change(glance).culprit_change == "own"


def test_without_changes_the_duds_blame_nobody() -> None:
    assert latest_deployment(a_glance()).culprit_change == "none"
    assert latest_own_change(a_glance()).culprit_change == "none"
