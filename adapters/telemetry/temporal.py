"""The Temporal SDK's own metrics, in the same scrape as ours.

The SDK could serve them on a port of its own. Emptying a buffer costs some 700 updates for an
analysis, 2 ms together, and one scrape has everything.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from prometheus_client import Metric
from prometheus_client.registry import Collector
from temporalio.runtime import (
    BufferedMetricUpdate,
    MetricBuffer,
    MetricBufferDurationFormat,
    Runtime,
    TelemetryConfig,
)

PREFIX = "temporal_"
COUNTERS = (
    "activity_execution_failed",
    "activity_poll_no_task",
    "activity_task_received",
    "long_request",
    "long_request_failure",
    "request",
    "request_failure",
    "sticky_cache_hit",
    "sticky_cache_miss",
    "sticky_cache_total_forced_eviction",
    "worker_start",
    "workflow_canceled",
    "workflow_completed",
    "workflow_continue_as_new",
    "workflow_failed",
    "workflow_task_execution_failed",
    "workflow_task_queue_poll_empty",
    "workflow_task_queue_poll_succeed",
)
GAUGES = (
    "num_pollers",
    "sticky_cache_size",
    "worker_task_slots_available",
    "worker_task_slots_used",
)
HISTOGRAMS = (
    "activity_execution_latency",
    "activity_schedule_to_start_latency",
    "activity_succeed_endtoend_latency",
    "long_request_latency",
    "request_latency",
    "workflow_endtoend_latency",
    "workflow_task_execution_latency",
    "workflow_task_replay_latency",
    "workflow_task_schedule_to_start_latency",
)
_LEFT_OUT = frozenset({"eager", "namespace"})  # the latter is one for each process

_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 600.0, 3600.0)  # seconds
_ROOM = 65_536  # updates until the next emptying; 6 MB
_EMPTY_EVERY = timedelta(seconds=1)

Labels = tuple[tuple[str, str], ...]


@dataclass
class _Buckets:
    counts: list[int] = field(default_factory=lambda: [0] * (len(_BUCKETS) + 1))
    total: float = 0.0

    def observe(self, value: float) -> None:
        self.counts[bisect_left(_BUCKETS, value)] += 1
        self.total += value


class TemporalMetrics(Collector):
    """Give `runtime` to every Temporal client of the process, and `keep_emptying`."""

    def __init__(self) -> None:
        self._buffer = MetricBuffer(_ROOM, MetricBufferDurationFormat.SECONDS)
        self.runtime = Runtime(
            telemetry=TelemetryConfig(metrics=self._buffer, attach_service_name=False)
        )
        self._counters: dict[str, dict[Labels, float]] = _by_name(COUNTERS)
        self._gauges: dict[str, dict[Labels, float]] = _by_name(GAUGES)
        self._histograms: dict[str, dict[Labels, _Buckets]] = {
            PREFIX + name: {} for name in HISTOGRAMS
        }

    async def keep_emptying(self) -> None:
        while True:
            self.empty()
            await asyncio.sleep(_EMPTY_EVERY.total_seconds())

    def empty(self) -> None:
        """Takes over what the SDK has counted since."""
        for update in self._buffer.retrieve_updates():
            self._take(update)

    def collect(self) -> Iterator[Metric]:
        self.empty()
        for name, counts in self._counters.items():
            yield _plain(name, "counter", "_total", counts)
        for name, values in self._gauges.items():
            yield _plain(name, "gauge", "", values)
        for name, histograms in self._histograms.items():
            yield _histogram(f"{name}_seconds", histograms)

    def _take(self, update: BufferedMetricUpdate) -> None:
        name, labels = update.metric.name, _labels(update.attributes)
        if name in self._counters:
            counts = self._counters[name]
            counts[labels] = counts.get(labels, 0.0) + update.value
        elif name in self._gauges:
            self._gauges[name][labels] = update.value
        elif name in self._histograms:
            self._histograms[name].setdefault(labels, _Buckets()).observe(update.value)


def _by_name(names: tuple[str, ...]) -> dict[str, dict[Labels, float]]:
    return {PREFIX + name: {} for name in names}


def _labels(attributes: Mapping[str, object]) -> Labels:
    kept = (name for name in attributes if name not in _LEFT_OUT)
    return tuple((name, str(attributes[name])) for name in sorted(kept))


def _plain(name: str, kind: str, suffix: str, values: Mapping[Labels, float]) -> Metric:
    metric = _metric(name, kind)
    for labels, value in values.items():
        metric.add_sample(name + suffix, dict(labels), value)
    return metric


def _histogram(name: str, histograms: Mapping[Labels, _Buckets]) -> Metric:
    metric = _metric(name, "histogram")
    for labels, histogram in histograms.items():
        so_far = 0
        for bound, count in zip((*_BUCKETS, "+Inf"), histogram.counts, strict=True):
            so_far += count
            metric.add_sample(f"{name}_bucket", {**dict(labels), "le": str(bound)}, so_far)
        metric.add_sample(f"{name}_count", dict(labels), so_far)
        metric.add_sample(f"{name}_sum", dict(labels), histogram.total)
    return metric


def _metric(name: str, kind: str) -> Metric:
    return Metric(name, "Of the Temporal SDK.", kind)
