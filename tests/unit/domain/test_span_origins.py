"""What failed and what was slow by itself."""

from datetime import datetime, timedelta

from domain.evidence import SpanRecord
from domain.span_origins import SpanOrigin, Trouble, span_origins
from tests.factories import NOON, a_span, a_window

BEGAN = NOON - timedelta(minutes=10)


def a_trace(at: datetime, *, failed: bool = False, callee_ms: float = 20) -> list[SpanRecord]:
    """Checkout calls payments, and fails with it."""
    trace = f"{at:%H%M%S}"
    return [
        a_span(
            started_at=at, trace_id=trace, span_id="1", duration_ms=30 + callee_ms, error=failed
        ),
        a_span(
            started_at=at,
            trace_id=trace,
            span_id="2",
            parent_id="1",
            service="payments",
            resource="POST /pay",
            duration_ms=callee_ms,
            error=failed,
            error_message="Timeout: no answer" if failed else "",
            tags=("version:7",),
            host="pay-1",
        ),
    ]


def calm() -> list[SpanRecord]:
    start = a_window().start
    return [span for n in range(10) for span in a_trace(start + n * timedelta(minutes=1))]


def troubled(*, failed: bool = False, callee_ms: float = 20) -> list[SpanRecord]:
    moments = (BEGAN + n * timedelta(seconds=40) for n in range(15))
    return [s for at in moments for s in a_trace(at, failed=failed, callee_ms=callee_ms)]


def only(spans: list[SpanRecord]) -> SpanOrigin:
    (origin,) = span_origins(spans, a_window())
    return origin


def test_who_fails_only_with_its_callee_is_no_origin() -> None:
    origin = only([*calm(), *troubled(failed=True)])

    assert (origin.service, origin.trouble) == ("payments", Trouble.FAILED)


def test_who_waits_for_its_callee_is_not_slow_by_itself() -> None:
    origin = only([*calm(), *troubled(callee_ms=900)])

    assert (origin.service, origin.trouble) == ("payments", Trouble.SLOW)


def test_an_origin_says_when_it_began_and_what_it_was() -> None:
    origin = only([*calm(), *troubled(failed=True)])

    assert origin.began_at == origin.first_at == BEGAN
    assert (origin.count, origin.seen) == (15, 25)
    assert origin.above == ("checkout",)
    assert origin.error_message == "Timeout: no answer"
    assert (origin.versions, origin.hosts) == (("7",), ("pay-1",))


def test_what_fails_all_the_time_began_at_no_moment() -> None:
    start = a_window().start
    always = [s for n in range(28) for s in a_trace(start + n * timedelta(minutes=1), failed=True)]

    assert only(always).began_at is None


def test_healthy_spans_have_no_origin() -> None:
    assert span_origins(calm(), a_window()) == ()


def test_the_order_of_the_spans_does_not_matter() -> None:
    spans = [*calm(), *troubled(failed=True, callee_ms=900)]

    assert span_origins(spans[::-1], a_window()) == span_origins(spans, a_window())


def test_a_ring_of_parents_ends() -> None:
    ring = [
        a_span(span_id="1", parent_id="2", error=True),
        a_span(span_id="2", parent_id="1", service="payments"),
    ]

    assert {origin.service for origin in span_origins(ring, a_window())} == {"checkout"}
