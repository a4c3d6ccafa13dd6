"""Evidence gets numbers, and words that hold every fact."""

from datetime import timedelta

from domain.case import Evidence
from domain.evidence import Source, SpanRecord
from domain.item_text import CUT, MAX_TEXT
from domain.items import MAX_EDGES, MAX_ORIGINS, MAX_RELATED, itemize
from domain.memory import SimilarIncident
from tests.factories import (
    NOON,
    a_datadog_event,
    a_frame,
    a_host,
    a_log_line,
    a_monitor,
    a_past_incident,
    a_series,
    a_span,
)
from tests.unit.domain.cases import error_lines, failing_spans


def _text_of(evidence: Evidence, item_id: str) -> str:
    return next(item.text for item in itemize(evidence, a_frame()) if item.id == item_id)


def _texts(spans: tuple[SpanRecord, ...]) -> str:
    return "\n".join(item.text for item in itemize(Evidence(spans=spans), a_frame()))


def test_items_come_in_one_order_of_kinds() -> None:
    evidence = Evidence(
        logs=(a_log_line(),),
        events=(a_datadog_event(),),
        host=a_host(),
        monitor=a_monitor(),
        metrics=(a_series([1.0]),),
        similar=(SimilarIncident(incident=a_past_incident(), score=1.0),),
    )

    ids = [item.id for item in itemize(evidence, a_frame())]

    assert ids == ["log-1", "pattern-1", "event-1", "host-1", "monitor-1", "metric-1", "similar-1"]


def test_what_happened_in_other_services_has_ids_of_its_own() -> None:
    health = a_series([0.0] * 100 + [0.5] * 7, scope="service:payments,env:prod")
    evidence = Evidence(
        related_logs=error_lines("heap is full", service="payments"),
        spans=failing_spans("checkout", "payments"),
        health=(health.model_copy(update={"query": "error_rate"}),),
    )

    items = {item.id: item for item in itemize(evidence, a_frame())}

    assert list(items) == ["related-1", "edge-1", "edge-2", "span-1", "health-1"]
    assert items["related-1"].source is Source.RELATED_LOGS
    assert items["edge-1"].source is items["span-1"].source is Source.SPANS
    assert items["health-1"].source is Source.HEALTH


def test_a_call_edge_tells_who_calls_whom_and_how_often_in_vain() -> None:
    text = _text_of(Evidence(spans=failing_spans("checkout", "payments")), "edge-1")

    assert "calls: checkout -> payments" in _texts(failing_spans("checkout", "payments"))
    assert "failed: 15 (60% of those seen)" in text
    assert "first failed: 2026-01-02T11:53:00Z" in text


def test_failing_spans_tell_when_they_began_and_who_called() -> None:
    text = _text_of(Evidence(spans=failing_spans("checkout", "payments")), "span-1")

    assert "spans: payments POST /pay failed by itself" in text
    assert "began: 2026-01-02T11:53:00Z" in text
    assert "called by: checkout" in text


def test_health_tells_what_left_its_usual_and_since_when() -> None:
    series = a_series([1.0] * 100 + [4.0] * 7, scope="service:payments,env:prod")
    evidence = Evidence(health=(series.model_copy(update={"query": "latency_p99"}),))

    text = _text_of(evidence, "health-1")

    assert "query: latency_p99 of payments" in text
    assert "onset: 2026-01-02T11:54:00Z" in text


def test_what_is_added_up_is_bounded() -> None:
    spans = tuple(
        a_span(trace_id=str(n), span_id="1", service=f"s{n}", error=True) for n in range(300)
    )
    lines = tuple(
        a_log_line(service=f"s{n}", message=f"{chr(97 + n % 26) * 4} boom") for n in range(300)
    )

    items = itemize(Evidence(spans=spans, related_logs=lines), a_frame())

    assert len(items) == MAX_EDGES + MAX_ORIGINS + MAX_RELATED


def test_the_oldest_log_line_is_the_first() -> None:
    newer = a_log_line(message="newer", logged_at=NOON)
    older = a_log_line(message="older", logged_at=NOON - timedelta(minutes=1))

    text = _text_of(Evidence(logs=(newer, older)), "log-1")

    assert "message: older" in text


def test_events_get_the_same_numbers_in_whatever_order_they_came() -> None:
    events = (a_datadog_event(event_id="2"), a_datadog_event(event_id="1"))
    frame = a_frame()

    forwards = itemize(Evidence(events=events), frame)

    assert forwards == itemize(Evidence(events=events[::-1]), frame)


def test_an_event_tells_its_source_title_text_and_tags() -> None:
    text = _text_of(Evidence(events=(a_datadog_event(),)), "event-1")

    assert text.split("\n") == [
        "time: 2026-01-02T11:52:00Z",
        "event id: 7001",
        "source: deployment",
        "title: Deployed checkout 2.4.1",
        "tags: service:checkout, env:prod, version:2.4.1",
        "text: rolled out by CI",
    ]


def test_a_metric_tells_its_onset_and_its_baseline() -> None:
    text = _text_of(Evidence(metrics=(a_series([1.0] * 120 + [30.0] * 5),)), "metric-1")

    assert "baseline median: 1\n" in text
    assert "window highest: 30" in text
    assert "onset: 2026-01-02T11:56:00Z" in text


def test_a_host_that_is_down_says_so() -> None:
    text = _text_of(Evidence(host=a_host(up=False)), "host-1")

    assert "state: down, not reporting" in text


def test_a_pattern_is_counted_in_the_window_and_before() -> None:
    lines = tuple(a_log_line(message=f"order {n} failed") for n in range(3))
    earlier = (a_log_line(message="order 77 failed", logged_at=NOON - timedelta(hours=2)),)

    text = _text_of(Evidence(logs=lines, baseline_logs=earlier), "pattern-1")

    assert "pattern: order <n> failed" in text
    assert "lines in the window: 3\nlines in the baseline: 1" in text


def test_a_text_too_long_is_cut_where_one_sees_it() -> None:
    text = _text_of(Evidence(logs=(a_log_line(message="x" * 5_000),)), "log-1")

    assert len(text) == MAX_TEXT
    assert text.endswith(CUT)


def test_a_title_cannot_forge_the_fact_that_follows_it() -> None:
    event = a_datadog_event(title="Deployed\ntags: service:payments")

    text = _text_of(Evidence(events=(event,)), "event-1")

    assert "title: Deployed tags: service:payments" in text


def test_a_pattern_counts_as_logs() -> None:
    items = itemize(Evidence(logs=(a_log_line(),)), a_frame())

    assert {item.source for item in items} == {Source.LOGS}
