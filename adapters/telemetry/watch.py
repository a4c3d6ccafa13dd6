"""Calls to others: each is counted, timed and, where traces are on, a span."""

import time
from datetime import timedelta
from types import TracebackType
from typing import Self

from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, get_current_span

from adapters.telemetry.metrics import Metrics
from domain.errors import Rejected

_OK = "ok"


class CallWatch:
    """Implements `domain.telemetry.Watch`. Without a tracer it only counts."""

    def __init__(self, metrics: Metrics, tracer: Tracer | None) -> None:
        self._metrics = metrics
        self._tracer = tracer

    def calling(self, whom: str, what: str, *, traced: bool = True) -> "_Watched":
        return _Watched(self._metrics, self._tracer if traced else None, whom, what)

    def waited(self, time: timedelta) -> None:
        self._metrics.wait_seconds.inc(time.total_seconds())

    def limit_told(self, name: str, limit: float, remaining: float) -> None:
        self._metrics.limit.labels(name).set(limit)
        self._metrics.limit_remaining.labels(name).set(remaining)


class _Watched:
    """One call, and `domain.telemetry.Call` to whoever makes it."""

    def __init__(self, metrics: Metrics, tracer: Tracer | None, whom: str, what: str) -> None:
        self._metrics = metrics
        self._tracer = tracer
        self._whom = whom
        self._what = what
        self._status = ""
        self._span: Span | None = None
        self._began = 0.0

    def answered(self, status: str) -> None:
        self._status = status

    def note(self, name: str, value: str | int) -> None:
        if self._span:
            self._span.set_attribute(name, value)

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        # Only as a part of something: a trace for every look into the inbox says nothing.
        if self._tracer and get_current_span().is_recording():
            self._span = self._tracer.start_span(
                f"{self._whom} {self._what}",
                kind=SpanKind.CLIENT,
                attributes={"peer.service": self._whom, "rayne.operation": self._what},
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        status = self._status or (kind.__name__ if kind else _OK)
        seconds = time.perf_counter() - self._began
        self._metrics.count_call(self._whom, self._what, status, seconds)
        if self._span:
            _end(self._span, status, kind)


def _end(span: Span, status: str, error: type[BaseException] | None) -> None:
    """Says which error, and none of its words: they may quote an answer."""
    span.set_attribute("rayne.status", status)
    if error and not issubclass(error, Rejected):
        span.set_attribute("error.type", error.__name__)
        span.set_status(StatusCode.ERROR)
    span.end()
