"""A trace goes on where its delivery is taken up, minutes later, in another process."""

import pytest

from adapters.telemetry.trail import TraceTrail
from tests.unit.adapters.telemetry.spans import SENDERS, Traced, parent, traceparent

OTHERS = "00-aaf7651916cd43dd8448eb211c80319c-a7ad6b7169203331-01"


def test_where_nothing_is_traced_there_is_nothing_to_keep() -> None:
    assert TraceTrail(Traced().tracer).here() == ""


def test_what_is_kept_leads_back_to_the_span() -> None:
    traced = Traced()

    with traced.tracer.start_as_current_span("webhook"):
        kept = TraceTrail(traced.tracer).here()

    assert kept.startswith(traceparent(traced.spans[0]))


def test_one_delivery_is_gone_on_from() -> None:
    traced = Traced()

    with TraceTrail(traced.tracer).going_on([SENDERS], "relay", incident_id=7):
        pass

    (span,) = traced.spans
    assert parent(span) == SENDERS
    assert dict(span.attributes or {}) == {"rayne.incident_id": 7, "rayne.deliveries": 1}


def test_of_many_the_first_is_gone_on_from_and_the_others_are_linked() -> None:
    traced = Traced()

    with TraceTrail(traced.tracer).going_on(["", SENDERS, OTHERS, OTHERS], "relay", incident_id=7):
        pass

    (span,) = traced.spans
    assert parent(span) == SENDERS
    assert [f"{link.context.span_id:016x}" for link in span.links] == ["a7ad6b7169203331"]


@pytest.mark.parametrize("kept", ["", "rubbish", "00-" + "0" * 32 + "-b7ad6b7169203331-01"])
def test_what_leads_nowhere_begins_a_trace(kept: str) -> None:
    traced = Traced()

    with (
        traced.tracer.start_as_current_span("the relay's own"),
        TraceTrail(traced.tracer).going_on([kept], "relay", incident_id=7),
    ):
        pass

    assert traced.spans[0].parent is None
