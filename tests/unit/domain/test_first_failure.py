"""Down the calls to the service that failed first."""

from datetime import timedelta
from typing import Any

from domain.evidence import MetricSeries, SpanRecord
from domain.examination import examine
from domain.first_failure import FirstFailure
from tests.factories import NOON, a_frame, a_series, a_span
from tests.unit.domain.cases import (
    ONSET,
    a_call,
    a_case_with,
    calm_spans,
    error_lines,
    failing_spans,
)

PATH = ("checkout", "payments", "ledger")


def found(*, spans: tuple[SpanRecord, ...] = (), **evidence: Any) -> FirstFailure | None:
    return examine(a_case_with(spans=spans, **evidence)).failure


def unwell(service: str, *, minutes: int) -> MetricSeries:
    """Errors for so many minutes before NOON."""
    series = a_series([0.0] * 100 + [0.5] * minutes, scope=f"service:{service},env:prod")
    return series.model_copy(update={"query": "error_rate"})


def test_it_is_the_last_one_down_the_failing_calls() -> None:
    failure = found(spans=failing_spans(*PATH))

    assert failure
    assert (failure.service, failure.path, failure.began_at) == ("ledger", PATH, ONSET)


def test_what_fails_elsewhere_is_not_it() -> None:
    assert found(spans=failing_spans("search", "index")) is None


def test_what_always_fails_is_not_it() -> None:
    start = a_frame().window.start
    always = [
        span
        for n in range(30)
        for span in a_call(start + timedelta(minutes=n), "checkout", "captcha", failed=True)
    ]

    assert found(spans=tuple(always)) is None


def test_a_slow_callee_comes_before_the_caller_that_gives_up_on_it() -> None:
    moments = [ONSET + timedelta(seconds=30) * n for n in range(15)]
    slow = [span for at in moments for span in a_call(at, "checkout", "payments", last_ms=900)]
    gave_up = [
        span.model_copy(update={"error": True}) if span.service == "checkout" else span
        for span in slow
    ]

    failure = found(spans=(*calm_spans("checkout", "payments"), *gave_up))

    assert failure
    assert failure.service == "payments"


def test_the_way_down_follows_the_calls_that_fail() -> None:
    direct = [
        span
        for n in range(5)
        for span in a_call(NOON - timedelta(minutes=20 - n), "checkout", "ledger")
    ]

    failure = found(spans=(*failing_spans(*PATH), *direct))

    assert failure
    assert failure.path == PATH


def test_without_failing_spans_the_health_of_the_callees_is_followed() -> None:
    health = (unwell("checkout", minutes=7), unwell("payments", minutes=9))

    failure = found(spans=calm_spans("checkout", "payments"), health=health)

    assert failure
    assert (failure.service, failure.evidence_id) == ("payments", "health-2")


def test_a_callee_that_fell_ill_later_is_not_followed() -> None:
    health = (unwell("checkout", minutes=12), unwell("payments", minutes=2))

    failure = found(spans=calm_spans("checkout", "payments"), health=health)

    assert failure
    assert failure.service == "checkout"


def test_a_store_is_answered_for_by_whoever_asks_it() -> None:
    failure = found(spans=failing_spans("checkout", "payments", "orders-db"))

    assert failure
    assert failure.grounds == ("payments", "orders-db")


def test_a_service_answers_for_itself() -> None:
    failure = found(spans=failing_spans(*PATH))

    assert failure
    assert failure.grounds == ("ledger",)


def test_who_turns_its_caller_away_did_not_fail() -> None:
    refused = error_lines("AccessDenied on PutObject to bucket a")

    failure = found(spans=failing_spans("checkout", "aws.s3"), logs=refused)

    assert failure
    assert failure.service == "checkout"


def test_a_ring_of_calls_ends() -> None:
    ring = [
        a_span(started_at=at, trace_id=f"{at:%H%M%S}", span_id=one, parent_id=other, service=name)
        for at in (NOON - timedelta(minutes=n) for n in range(5))
        for one, other, name in (("1", "2", "checkout"), ("2", "1", "payments"))
    ]

    assert found(spans=tuple(ring), health=(unwell("checkout", minutes=7),))
