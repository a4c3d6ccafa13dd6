"""Who calls whom."""

from datetime import timedelta

from domain.evidence import SpanRecord
from domain.span_calls import call_edges
from tests.factories import NOON, a_span


def a_call(number: int, **changes: object) -> list[SpanRecord]:
    """Checkout calls payments; `changes` are of the callee's span."""
    root = a_span(trace_id=f"t{number}", span_id="1")
    callee = a_span(trace_id=f"t{number}", span_id="2", parent_id="1", service="payments")
    return [root, callee.model_copy(update=changes)]


def test_calls_between_services_and_from_outside_are_added_up() -> None:
    edges = call_edges([*a_call(1), *a_call(2)])

    assert [(edge.caller, edge.callee, edge.calls) for edge in edges] == [
        ("", "checkout", 2),
        ("checkout", "payments", 2),
    ]


def test_an_edge_that_fails_comes_first_and_says_since_when() -> None:
    failed_at = NOON - timedelta(minutes=9)
    late = a_call(1, error=True)
    early = a_call(2, error=True, started_at=failed_at, error_message="no answer")

    edge = call_edges([*late, *early, *a_call(3)])[0]

    assert (edge.callee, edge.failed, edge.first_failed_at) == ("payments", 2, failed_at)
    assert edge.failed_share == 2 / 3
    assert edge.error_message == "no answer"


def test_an_edge_knows_its_slowest_call() -> None:
    edges = call_edges([*a_call(1, duration_ms=5.0), *a_call(2, duration_ms=900.0)])

    (edge,) = (edge for edge in edges if edge.callee == "payments")
    assert edge.slowest_ms == 900.0


def test_work_inside_a_service_is_no_call() -> None:
    assert call_edges(a_call(1, service="checkout"))[0].calls == 1


def test_a_span_without_its_parent_has_no_known_caller() -> None:
    assert call_edges([a_span(parent_id="9")]) == ()
