"""Sends spans by OTLP over HTTP. Loaded only where traces are on: it brings the SDK with it.

Protobuf over HTTP, for its two libraries are here for others already; over gRPC a second set of
threads and connections would come along, which a fork and the process's end must respect.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Status, Tracer
from prometheus_client import Counter
from temporalio.client import Interceptor
from temporalio.contrib.opentelemetry import TracingInterceptor

TRACER = "rayne"
EXPORT_WITHIN = 5.0  # seconds, tries included
LAST_WORDS = timedelta(seconds=3)  # of a process that ends
MOST_WAITING = 8192  # spans; the oldest are dropped where the receiver cannot keep up

# They log every batch that fails; we say once that it began, and once that it is over.
_LOUD = ("opentelemetry.exporter", "opentelemetry.sdk")

log = structlog.get_logger()


class Spans:
    """Takes spans and sends them in batches, from a thread of its own."""

    def __init__(
        self, endpoint: str, resource: Mapping[str, str], *, share: float, exports: Counter
    ) -> None:
        for name in _LOUD:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=EXPORT_WITHIN)
        self._exporter = DiscreetExporter(exporter, endpoint, exports)
        self._processor = BatchSpanProcessor(self._exporter, max_queue_size=MOST_WAITING)
        provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(share)),
            resource=Resource.create(resource),
            shutdown_on_exit=False,  # a process of ours ends without its handlers
        )
        provider.add_span_processor(self._processor)
        # Ours alone: with a global one, libraries would begin to trace what they please.
        self.tracer: Tracer = provider.get_tracer(TRACER)

    def interceptor(self) -> Interceptor:
        """For a Temporal client, whose workers have it too.

        The older of the SDK's two: its workflow spans have no length, but they are there at once
        and survive the worker, where the newer one's come when a run of days has ended.
        """
        return TracingInterceptor(self.tracer)

    async def end(self, within: timedelta = LAST_WORDS) -> None:
        """What is left is sent, or lost where that takes too long."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                await asyncio.to_thread(self._processor.force_flush)
        except TimeoutError:
            log.warning("traces.lost", reason="the receiver was too slow as we ended")
        self._exporter.shutdown()  # else it would go on trying


class DiscreetExporter(SpanExporter):
    """Sends of an error its class and nothing that it said, and of failures itself only news."""

    def __init__(self, exporter: SpanExporter, endpoint: str, exports: Counter) -> None:
        self._exporter = exporter
        self._endpoint = endpoint
        self._exports = exports
        self._fails = False
        for result in SpanExportResult:
            exports.labels(result.name.lower())

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export([without_words(span) for span in spans])
        self._exports.labels(result.name.lower()).inc()
        fails = result is not SpanExportResult.SUCCESS
        if fails and not self._fails:
            log.warning("traces.not_sent", endpoint=self._endpoint)
        elif self._fails and not fails:
            log.info("traces.sent_again", endpoint=self._endpoint)
        self._fails = fails
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


def without_words(span: ReadableSpan) -> ReadableSpan:
    """Texts of exceptions may quote an answer or a query, and their stacks do as well."""
    if not span.events and not span.status.description:
        return span
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
