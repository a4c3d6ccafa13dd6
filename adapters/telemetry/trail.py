"""Traces over the gap between a stored delivery and its incident's workflow."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    SpanKind,
    Tracer,
    format_span_id,
    format_trace_id,
    get_current_span,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.typing import EventDict, WrappedLogger

_W3C = TraceContextTextMapPropagator()
TRACEPARENT = "traceparent"
MOST_LINKS = 100


class TraceTrail:
    """Implements `domain.telemetry.Trail`."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def here(self) -> str:
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get(TRACEPARENT, "")

    @contextmanager
    def going_on(
        self, traceparents: Sequence[str], what: str, *, incident_id: int
    ) -> Iterator[None]:
        """Deliveries that were stored while nothing was traced begin a trace here."""
        contexts = [context_of(one) for one in dict.fromkeys(filter(None, traceparents))]
        first, others = contexts[:1], contexts[1 : 1 + MOST_LINKS]
        with self._tracer.start_as_current_span(
            what,
            context=first[0] if first else Context(),
            kind=SpanKind.CONSUMER,
            links=[Link(get_current_span(context).get_span_context()) for context in others],
            attributes={"rayne.incident_id": incident_id, "rayne.deliveries": len(traceparents)},
            record_exception=False,
            set_status_on_exception=False,
        ):
            yield


def context_of(traceparent: str) -> Context:
    """An empty one where it is no traceparent."""
    return _W3C.extract({TRACEPARENT: traceparent}, Context())


def name_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Has a log line say in which trace it happened, in W3C's hex digits."""
    context = get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format_trace_id(context.trace_id)
        event["span_id"] = format_span_id(context.span_id)
    return event
