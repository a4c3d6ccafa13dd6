"""A tracer whose spans a test can look at."""

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer, format_span_id, format_trace_id

SENDERS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"  # a traceparent of somebody


class Traced:
    def __init__(self) -> None:
        self._memory = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._memory))
        self.tracer: Tracer = provider.get_tracer("test")

    @property
    def spans(self) -> list[ReadableSpan]:
        """In the order in which they ended."""
        return list(self._memory.get_finished_spans())


def traceparent(span: ReadableSpan) -> str:
    """Without its flags."""
    context = span.get_span_context()
    assert context
    return f"00-{format_trace_id(context.trace_id)}-{format_span_id(context.span_id)}"


def parent(span: ReadableSpan) -> str:
    """Its parent's traceparent; "" of a root."""
    if span.parent is None:
        return ""
    trace_id, span_id = format_trace_id(span.parent.trace_id), format_span_id(span.parent.span_id)
    return f"00-{trace_id}-{span_id}-01"
