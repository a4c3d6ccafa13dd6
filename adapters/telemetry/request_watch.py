"""Requests that Rayne answers: each is counted, timed and, where traces are on, a span."""

import time
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, use_span
from starlette.datastructures import Headers
from starlette.types import Scope

from adapters.telemetry.metrics import Metrics
from adapters.telemetry.trail import TRACEPARENT, context_of

UNKNOWN = "unknown"  # a path or method that no route has: anybody can invent thousands
UNANSWERED = "none"
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
# Asked every few seconds, by machines: spans of them would bury all others.
_UNTRACED = ("/health", "/metrics")


class RequestWatch:
    def __init__(self, metrics: Metrics, tracer: Tracer | None) -> None:
        self._metrics = metrics
        self._tracer = tracer

    def taking(self, scope: Scope) -> "_Request":
        """Around the answer to one request."""
        traced = self._tracer and not scope["path"].startswith(_UNTRACED)
        return _Request(self._metrics, self._tracer if traced else None, scope)


class _Request:
    def __init__(self, metrics: Metrics, tracer: Tracer | None, scope: Scope) -> None:
        self._metrics = metrics
        self._tracer = tracer
        self._scope = scope
        self._method = scope["method"] if scope["method"] in _METHODS else UNKNOWN
        self._began = 0.0
        self._seconds: float | None = None
        self._status = UNANSWERED
        self._span: Span | None = None
        self._current = ExitStack()

    def answered(self, status: int) -> None:
        self._seconds = time.perf_counter() - self._began
        self._status = str(status)

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        if self._tracer:
            self._span = self._tracer.start_span(
                self._method,
                context=context_of(Headers(scope=self._scope).get(TRACEPARENT, "")),
                kind=SpanKind.SERVER,
                attributes={"http.request.method": self._method},
            )
            self._current.enter_context(
                use_span(self._span, record_exception=False, set_status_on_exception=False)
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        route = getattr(self._scope.get("route"), "path", "") or UNKNOWN
        if self._seconds is None:
            self._seconds = time.perf_counter() - self._began
        self._metrics.count_request(self._method, route, self._status, self._seconds)
        self._current.close()
        if self._span:
            self._end(self._span, route)

    def _end(self, span: Span, route: str) -> None:
        span.update_name(f"{self._method} {route}")
        span.set_attribute("http.route", route)
        if self._status != UNANSWERED:
            span.set_attribute("http.response.status_code", int(self._status))
        if self._status.startswith("5"):
            span.set_status(StatusCode.ERROR)
        span.end()
