"""Many numbers made one: by the names that Datadog's queries use."""

import math
import statistics
from collections.abc import Callable

Reduce = Callable[[list[float]], float]


def average(values: list[float]) -> float:
    return sum(values) / len(values)


def count(values: list[float]) -> float:
    return float(len(values))


def percentile(share: float) -> Reduce:
    """The smallest value that at least this share of all does not exceed."""

    def reduce(values: list[float]) -> float:
        place = math.ceil(share * len(values)) - 1
        return sorted(values)[max(place, 0)]

    return reduce


METRIC: dict[str, Reduce] = {
    "avg": average,
    "sum": sum,
    "min": min,
    "max": max,
    "count": count,
}

# Of logs and spans: each over one value per record.
EVENTS: dict[str, Reduce] = METRIC | {
    "median": statistics.median,
    "pc75": percentile(0.75),
    "pc90": percentile(0.90),
    "pc95": percentile(0.95),
    "pc98": percentile(0.98),
    "pc99": percentile(0.99),
}

# One number out of a graph's points.
SCALAR: dict[str, Reduce] = METRIC | {
    "mean": average,
    "last": lambda values: values[-1],
    "l2norm": lambda values: math.sqrt(sum(value * value for value in values)),
    "area": sum,
    "percentile": percentile(0.95),
}
