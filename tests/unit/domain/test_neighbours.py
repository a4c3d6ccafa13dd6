"""Which services are asked for their health."""

from domain.case import Evidence
from domain.neighbours import services_around
from tests.factories import a_frame, a_log_line, a_span


def test_the_alerts_own_services_come_first() -> None:
    evidence = Evidence(spans=(a_span(service="payments", error=True),))

    assert services_around(a_frame(), evidence, limit=5) == ("checkout", "payments")


def test_who_fails_more_comes_before_who_fails_less() -> None:
    few = a_span(service="cart", error=True)
    many = tuple(a_span(service="tax", error=True) for _ in range(2))

    assert services_around(a_frame(), Evidence(spans=(few, *many)), limit=5)[1:] == ("tax", "cart")


def test_a_failing_service_comes_before_a_complaining_one() -> None:
    evidence = Evidence(
        related_logs=tuple(a_log_line(service="cart") for _ in range(9)),
        spans=(a_span(service="tax", error=True),),
    )

    assert services_around(a_frame(), evidence, limit=5)[1:] == ("tax", "cart")


def test_whom_ours_call_is_looked_at_even_when_it_seems_well() -> None:
    evidence = Evidence(spans=(a_span(), a_span(service="tax", span_id="2", parent_id="1")))

    assert services_around(a_frame(), evidence, limit=5) == ("checkout", "tax")


def test_no_more_services_than_the_limit() -> None:
    evidence = Evidence(related_logs=tuple(a_log_line(service=f"s{n}") for n in range(9)))

    assert len(services_around(a_frame(), evidence, limit=3)) == 3


def test_services_without_a_name_are_no_services() -> None:
    evidence = Evidence(related_logs=(a_log_line(service=""),))

    assert services_around(a_frame(services=("",)), evidence, limit=3) == ()
