"""What the health of the services around says: whose errors, latency or requests left the usual."""

from collections.abc import Iterable

from domain.evidence import MetricPoint, MetricSeries, Window
from domain.metric_onset import Direction, MetricReading, MetricShift, read_metric
from domain.values import Value

MIN_ERROR_SHARE = 0.05  # a peak below it is a failed request here and there
MIN_LATENCY_FACTOR = 1.5
MIN_TRAFFIC_FACTOR = 1.5  # more requests than that are a surge
MIN_TRAFFIC = 10.0  # requests an interval: of fewer, twice as many is chance
MAX_POINTS = 60  # of the time before the window, which only tells what is usual


class HealthReading(Value):
    """One statistic of one service: "hits", "error_rate", "latency_p99" ..."""

    service: str
    statistic: str
    series: MetricSeries
    reading: MetricReading

    @property
    def shift(self) -> MetricShift | None:
        return self.reading.shift

    @property
    def is_trouble(self) -> bool:
        """Whether errors or latency rose by an amount that matters."""
        shift = self.shift
        if shift is None or shift.direction is Direction.DOWN:
            return False
        if "latency" in self.statistic:
            return shift.factor is not None and shift.factor >= MIN_LATENCY_FACTOR
        return "error" in self.statistic and shift.peak >= MIN_ERROR_SHARE

    @property
    def is_surge(self) -> bool:
        shift = self.shift
        if shift is None or shift.direction is Direction.DOWN or "hits" not in self.statistic:
            return False
        many = (self.reading.baseline_median or 0.0) >= MIN_TRAFFIC
        return many and shift.factor is not None and shift.factor >= MIN_TRAFFIC_FACTOR


def read_health(series: Iterable[MetricSeries], window: Window) -> tuple[HealthReading, ...]:
    """What left the usual first, then by service and statistic."""
    readings = [_read(one, window) for one in series]
    return tuple(sorted(readings, key=_rank))


def thinned(series: MetricSeries, window: Window) -> MetricSeries:
    """Every point of the window, and at most `MAX_POINTS` of the time before it, evenly taken."""
    before = [point for point in series.points if point.at < window.start]
    within = [point for point in series.points if point.at >= window.start]
    return series.model_copy(update={"points": (*_evenly(before), *within)})


def _read(series: MetricSeries, window: Window) -> HealthReading:
    tags = dict(tag.partition(":")[::2] for tag in series.scope.split(","))
    return HealthReading(
        service=tags.get("service", ""),
        statistic=series.query,
        series=series,
        reading=read_metric(series, window),
    )


def _evenly(points: list[MetricPoint]) -> list[MetricPoint]:
    step = -(-len(points) // MAX_POINTS) or 1
    return points[::step]


def _rank(one: HealthReading) -> tuple[bool, bool, str, str]:
    return (not one.is_trouble, one.shift is None, one.service, one.statistic)
