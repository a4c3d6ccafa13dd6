"""What ties a change to the symptom."""

from datetime import timedelta
from typing import Any

from domain.change_links import NAMED, POINTED_AT, VAGUE, Link, strongest_link
from domain.evidence import DatadogEvent
from domain.examination import examine
from tests.factories import NOON, a_datadog_event, a_host, a_log_line
from tests.unit.domain.cases import ONSET, a_case_with, error_lines


def _link(event: DatadogEvent, **evidence: Any) -> Link | None:
    return strongest_link(event, examine(a_case_with(events=(event,), **evidence)))


def _flag(key: str) -> DatadogEvent:
    return a_datadog_event(source="feature_flag", title=f"Flag {key} on", tags=(f"flag:{key}",))


def test_errors_that_spell_the_flag_out_name_it() -> None:
    link = _link(_flag("new-tax"), logs=error_lines("flag new-tax: no rate for {n}"))

    assert link is not None
    assert (link.strength, link.evidence_id, link.fact) == (NAMED, "pattern-1", "example")


def test_part_of_a_longer_name_is_not_the_name() -> None:
    assert _link(_flag("tax"), logs=error_lines("taxonomy is empty for {n}")) is None


def test_the_service_that_everything_is_about_ties_nothing() -> None:
    event = a_datadog_event(title="Deployed checkout-api", tags=("service:checkout-api",))

    link = _link(event, logs=error_lines("checkout-api: boom", service="checkout-api"))

    assert link is None


def test_new_errors_of_the_new_version_point_at_it() -> None:
    link = _link(a_datadog_event(), logs=error_lines("boom", tags=("version:2.4.1",)))

    assert link is not None
    assert (link.strength, link.fact) == (POINTED_AT, "versions")


def test_errors_of_a_version_that_ran_well_for_long_say_little() -> None:
    event = a_datadog_event(happened_at=ONSET - timedelta(hours=2))

    link = _link(event, logs=error_lines("boom", tags=("version:2.4.1",)))

    assert link is not None
    assert link.strength < VAGUE


def test_errors_that_blame_another_service_do_not_point_at_the_version() -> None:
    logs = error_lines("timeout calling stock-service", tags=("version:2.4.1",))

    assert _link(a_datadog_event(), logs=logs) is None


def test_a_change_of_the_blamed_service_is_pointed_at() -> None:
    event = a_datadog_event(title="Deployed it", tags=("service:stock-service",))

    link = _link(event, logs=error_lines("timeout calling stock-service"))

    assert link is not None
    assert "stock-service" in link.because


def test_a_change_on_the_strained_host_is_pointed_at() -> None:
    event = a_datadog_event(source="cron", title="Started the report", tags=("host:web-1",))

    link = _link(event, host=a_host(cpu=99.0))

    assert link is not None
    assert (link.evidence_id, link.fact) == ("host-1", "cpu")


def test_a_change_on_a_healthy_host_is_not() -> None:
    event = a_datadog_event(source="cron", title="Started the report", tags=("host:web-1",))

    assert _link(event, host=a_host(cpu=20.0)) is None


def test_two_rare_words_in_common_point_at_it() -> None:
    event = a_datadog_event(title="Merged: shipping estimate", source="github", tags=())

    link = _link(event, logs=error_lines("ShippingEstimator: negative weight"))

    assert link is not None
    assert link.strength == POINTED_AT


def test_one_rare_word_in_common_is_vague() -> None:
    event = a_datadog_event(title="Merged: shipping colours", source="github", tags=())

    link = _link(event, logs=error_lines("ShippingEstimator: negative weight"))

    assert link is not None
    assert link.strength == VAGUE


def test_words_that_the_logs_always_use_tie_nothing() -> None:
    event = a_datadog_event(title="Merged: shipping estimate", source="github", tags=())
    usual = a_log_line(message="shipping estimate is slow", logged_at=NOON - timedelta(hours=3))

    link = _link(event, logs=error_lines("shipping estimate negative"), baseline_logs=(usual,))

    assert link is None


def test_errors_that_are_not_new_tie_nothing() -> None:
    old = tuple(
        a_log_line(message="flag new-tax: no rate", logged_at=NOON - timedelta(minutes=30 + 3 * n))
        for n in range(100)
    )

    link = _link(_flag("new-tax"), logs=error_lines("flag new-tax: no rate"), baseline_logs=old)

    assert link is None
