"""Spans leave without what errors said, and a receiver that is away disturbs nobody."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status, StatusCode

from adapters import logs
from adapters.telemetry.metrics import Metrics
from adapters.telemetry.otlp import DiscreetExporter, Spans
from tests.e2e.stack import free_port
from tests.servers.otlp import receiving
from tests.unit.adapters.telemetry.spans import Traced


class Sink(SpanExporter):
    def __init__(self) -> None:
        self.sent: list[ReadableSpan] = []
        self.answer = SpanExportResult.SUCCESS

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.sent += spans
        return self.answer


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def events(log: io.StringIO) -> list[str]:
    return [json.loads(line)["event"] for line in log.getvalue().splitlines()]


def a_metrics() -> Metrics:
    return Metrics(part="test", version="1")


def spans_to(url: str) -> Spans:
    return Spans(url, {"service.name": "rayne-test"}, share=1.0, exports=a_metrics().exports)


def a_failed_span() -> ReadableSpan:
    traced = Traced()
    with traced.tracer.start_as_current_span("step", attributes={"rayne.incident_id": 7}) as span:
        span.set_status(Status(StatusCode.ERROR, "ValueError: the customer's words"))
        span.record_exception(ValueError("the customer's words"))
    return traced.spans[0]


def test_of_an_error_only_that_there_was_one_is_sent() -> None:
    sink, span = Sink(), a_failed_span()
    assert "words" in span.to_json()

    DiscreetExporter(sink, "http://x", a_metrics().exports).export([span])

    (sent,) = sink.sent
    assert "words" not in sent.to_json()
    assert sent.status.status_code is StatusCode.ERROR
    assert (sent.name, sent.context, sent.parent) == (span.name, span.context, span.parent)
    assert (sent.start_time, sent.end_time) == (span.start_time, span.end_time)
    assert sent.attributes == span.attributes


def test_an_outage_of_the_receiver_is_logged_once_and_so_is_its_end(log: io.StringIO) -> None:
    sink = Sink()
    exporter = DiscreetExporter(sink, "http://x", a_metrics().exports)

    for sink.answer in [SpanExportResult.FAILURE] * 3 + [SpanExportResult.SUCCESS] * 2:
        exporter.export([])

    assert events(log) == ["traces.not_sent", "traces.sent_again"]


async def test_what_is_left_is_sent_as_a_process_ends() -> None:
    with receiving() as receiver:
        spans = spans_to(receiver.url)
        with spans.tracer.start_as_current_span("last words"):
            pass

        await spans.end()

        assert receiver.one("last words").service == "rayne-test"


async def test_without_a_receiver_a_process_ends_all_the_same(log: io.StringIO) -> None:
    spans = spans_to(f"http://127.0.0.1:{free_port()}")
    with spans.tracer.start_as_current_span("unheard"):
        pass

    async with asyncio.timeout(5):
        await spans.end(within=timedelta(milliseconds=200))

    assert set(events(log)) <= {"traces.not_sent", "traces.lost"}
    assert events(log)


def test_none_is_sent_of_traces_that_are_not_sampled() -> None:
    spans = Spans("http://127.0.0.1:9", {}, share=0.0, exports=a_metrics().exports)

    with spans.tracer.start_as_current_span("not chosen") as span:
        assert not span.is_recording()
