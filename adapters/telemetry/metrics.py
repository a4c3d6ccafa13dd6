"""Every metric of Rayne's own, by its name. docs/metrics.md says what each means."""

from datetime import timedelta
from decimal import Decimal

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector

from domain.analysis import AnalystKind, Outcome, Usage
from domain.telemetry import Relayed, Repeat, Taken, Written

# When a counter began is nobody's question, and it would double the scrape.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # it forgot to

_REQUEST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
_CALL = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)
_ANALYSIS = (5, 10, 20, 40, 60, 120, 300, 600, 1200, 3600)
NOBODY = "none"  # the analyst of an analysis that failed


Labels = tuple[str, str, str]


class Metrics:
    """Implements `domain.telemetry.Tally`, and counts calls and requests. One for each process."""

    def __init__(self, *, part: str, version: str) -> None:
        self.registry = CollectorRegistry()
        Info("rayne_build", "What runs here.", registry=self.registry).info(
            {"part": part, "version": version}
        )
        ProcessCollector(registry=self.registry)
        self._known_requests: dict[Labels, tuple[Counter, Histogram]] = {}
        self._known_calls: dict[Labels, tuple[Counter, Histogram]] = {}
        self._count_deliveries()
        self._count_analyses()
        self._count_calls()
        self.requests = self._counter(
            "http_requests", "HTTP requests answered.", "method", "route", "status"
        )
        self.request_seconds = self._histogram(
            "http_request_seconds", "Until the answer began.", _REQUEST, "method", "route"
        )
        self.exports = self._counter("trace_exports", "Batches of spans sent.", "result")

    def _count_deliveries(self) -> None:
        self._deliveries = self._counter("deliveries", "Webhooks, by what came of them.", "result")
        self._repeats = self._counter("dedup_hits", "What was found done already.", "what")
        self._batches = self._counter("relay_batches", "Batches of deliveries claimed.")
        self._relayed = self._counter(
            "relay_deliveries", "Deliveries claimed, by what came of them.", "result"
        )
        for taken in Taken:  # there from the start, so that the first one is a rise
            self._deliveries.labels(taken)
        for relayed in Relayed:
            self._relayed.labels(relayed)
        for repeat in Repeat:
            self._repeats.labels(repeat)

    def _count_analyses(self) -> None:
        self._analyses = self._counter("analyses", "Analyses ended.", "outcome", "analyst")
        self._analysis_seconds = self._histogram(
            "analysis_seconds", "From its turn to its conclusion.", _ANALYSIS, "analyst"
        )
        self._turns = self._counter("model_turns", "Answers paid for.", "model")
        self._tokens = self._counter("model_tokens", "Tokens paid for.", "model", "kind")
        self._dollars = self._counter("model_dollars", "Dollars spent.", "model")
        self._notebooks = self._counter("notebooks", "Notebooks written.", "how")
        self._analyses.labels("failed", NOBODY)
        for written in Written:
            self._notebooks.labels(written)

    def _count_calls(self) -> None:
        self.calls = self._counter("calls", "Calls to others.", "to", "operation", "status")
        self.call_seconds = self._histogram(
            "call_seconds", "Until a call had its answer.", _CALL, "to", "operation"
        )
        self.wait_seconds = self._counter(
            "datadog_wait_seconds", "Waited for one's turn under Datadog's rate limits."
        )
        self.limit = self._gauge("datadog_limit", "Requests that a rate limit allows.", "name")
        self.limit_remaining = self._gauge(
            "datadog_limit_remaining", "Requests left, as Datadog last said.", "name"
        )

    def count_request(self, method: str, route: str, status: str, seconds: float) -> None:
        counter, histogram = _children(
            self._known_requests, (method, route, status), self.requests, self.request_seconds
        )
        counter.inc()
        histogram.observe(seconds)

    def count_call(self, to: str, operation: str, status: str, seconds: float) -> None:
        counter, histogram = _children(
            self._known_calls, (to, operation, status), self.calls, self.call_seconds
        )
        counter.inc()
        histogram.observe(seconds)

    def delivery_taken(self, how: Taken) -> None:
        self._deliveries.labels(how).inc()
        if how is Taken.DUPLICATE:
            self.found_done(Repeat.DELIVERY)

    def batch_relayed(self, deliveries: int) -> None:
        if deliveries:
            self._batches.inc()

    def relayed(self, how: Relayed, deliveries: int) -> None:
        self._relayed.labels(how).inc(deliveries)

    def analysis_finished(self, outcome: Outcome, analyst: AnalystKind, took: timedelta) -> None:
        self._analyses.labels(outcome, analyst).inc()
        self._analysis_seconds.labels(analyst).observe(took.total_seconds())

    def analysis_failed(self) -> None:
        self._analyses.labels("failed", NOBODY).inc()

    def turn_paid(self, model: str, usage: Usage, dollars: Decimal) -> None:
        self._turns.labels(model).inc()
        self._dollars.labels(model).inc(float(dollars))
        for kind, tokens in usage.model_dump().items():
            self._tokens.labels(model, kind.removesuffix("_tokens")).inc(tokens)

    def notebook_written(self, how: Written) -> None:
        self._notebooks.labels(how).inc()

    def found_done(self, what: Repeat) -> None:
        self._repeats.labels(what).inc()

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"rayne_{name}", says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"rayne_{name}", says, labels, registry=self.registry)

    def _histogram(
        self, name: str, says: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        return Histogram(f"rayne_{name}", says, labels, buckets=buckets, registry=self.registry)


def _children(
    known: dict[Labels, tuple[Counter, Histogram]],
    labels: Labels,
    counter: Counter,
    histogram: Histogram,
) -> tuple[Counter, Histogram]:
    """Remembered: to look them up takes the library longer than to count. The last label, the
    status, is the counter's alone.
    """
    if labels not in known:
        known[labels] = counter.labels(*labels), histogram.labels(*labels[:-1])
    return known[labels]
