"""Calls are counted always, and told in traces without a word that was said."""

import pytest
from opentelemetry.trace import StatusCode
from prometheus_client import generate_latest

from adapters.telemetry.metrics import Metrics
from adapters.telemetry.watch import CallWatch
from domain.errors import NotFound, Unavailable
from tests.unit.adapters.telemetry.spans import Traced

ROUTE = "GET /api/v1/monitor/{}"


def a_metrics() -> Metrics:
    return Metrics(part="test", version="1")


def test_a_call_is_counted_by_its_status_and_timed() -> None:
    metrics = a_metrics()

    with CallWatch(metrics, None).calling("datadog", ROUTE) as call:
        call.answered("429")

    text = generate_latest(metrics.registry).decode()
    assert f'rayne_calls_total{{operation="{ROUTE}",status="429",to="datadog"}} 1.0' in text
    assert f'rayne_call_seconds_count{{operation="{ROUTE}",to="datadog"}} 1.0' in text


def test_a_call_without_an_answer_is_counted_by_its_error() -> None:
    metrics = a_metrics()

    with pytest.raises(Unavailable), CallWatch(metrics, None).calling("qdrant", "recall"):
        raise Unavailable("Qdrant cannot be reached")

    text = generate_latest(metrics.registry).decode()
    assert 'rayne_calls_total{operation="recall",status="Unavailable",to="qdrant"} 1.0' in text


def test_a_call_is_a_client_span_of_what_makes_it() -> None:
    traced = Traced()

    with (
        traced.tracer.start_as_current_span("step") as step,
        CallWatch(a_metrics(), traced.tracer).calling("claude", "take a turn") as call,
    ):
        call.note("gen_ai.request.model", "claude-sonnet-5-5")

    called, _ = traced.spans
    assert called.name == "claude take a turn"
    assert called.parent == step.get_span_context()
    assert dict(called.attributes or {}) == {
        "peer.service": "claude",
        "rayne.operation": "take a turn",
        "rayne.status": "ok",
        "gen_ai.request.model": "claude-sonnet-5-5",
    }


def test_a_call_of_nothing_traced_begins_no_trace() -> None:
    traced = Traced()

    with CallWatch(a_metrics(), traced.tracer).calling("postgresql", "claim deliveries"):
        pass

    assert traced.spans == []


def test_a_failed_call_tells_which_error_it_was_and_none_of_its_words() -> None:
    traced = Traced()
    watch = CallWatch(a_metrics(), traced.tracer)

    with (
        traced.tracer.start_as_current_span("step"),
        pytest.raises(Unavailable),
        watch.calling("datadog", ROUTE),
    ):
        raise Unavailable("Datadog answered 503: the customer's words")

    called = traced.spans[0]
    assert called.status.status_code is StatusCode.ERROR
    assert (called.attributes or {})["error.type"] == "Unavailable"
    assert "words" not in called.to_json()


def test_what_is_not_there_is_an_answer_and_no_failure() -> None:
    traced = Traced()

    with (
        traced.tracer.start_as_current_span("step"),
        pytest.raises(NotFound),
        CallWatch(a_metrics(), traced.tracer).calling("datadog", ROUTE),
    ):
        raise NotFound("there is no such monitor")

    assert traced.spans[0].status.status_code is StatusCode.UNSET
