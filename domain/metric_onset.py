"""When a metric left its normal range, and whether it came back.

Normal is the time before the window: its median, and how far its points usually stray from it.
Median and deviations are robust: a few bad minutes at the baseline's end do not move them.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from statistics import median

from pydantic import AwareDatetime

from domain.evidence import MetricPoint, MetricSeries, Window
from domain.values import Value

MIN_BASELINE_POINTS = 5  # fewer say nothing about what is normal
DEVIATIONS = 4.5  # median absolute deviations: three sigma; two in a row are no accident
STRAY_SHARE = 0.9  # of the baseline's points stay within the usual stray
STRAY_MARGIN = 1.5  # a departure exceeds the usual stray by this
MIN_RELATIVE_CHANGE = 0.1  # of the median: less is never worth a page
SPIKE = 3.0  # a single point counts only this far beyond the limit
MAX_LULL = 2  # normal points inside one departure
MIN_NORMAL_AFTER = 2  # points that make a return to normal


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


class MetricShift(Value):
    """A lasting departure from the baseline that reaches into the window."""

    direction: Direction
    onset_at: AwareDatetime  # of the first point outside the normal range
    peak: float  # the value farthest from the baseline's median
    peak_at: AwareDatetime
    factor: float | None  # peak divided by the median; None where the median is zero
    returned_at: AwareDatetime | None  # of the first normal point after it; None: still out


class MetricReading(Value):
    """One series in figures. `shift` is None when it stayed normal or normal is not known."""

    points: int
    baseline_points: int = 0
    baseline_median: float | None = None
    window_lowest: float | None = None
    window_highest: float | None = None
    shift: MetricShift | None = None

    @property
    def is_compared(self) -> bool:
        """Whether no shift means that it stayed normal."""
        return self.baseline_points >= MIN_BASELINE_POINTS


class _Departure(Value):
    """Neighbouring points on one side of the normal range, by index; both ends belong to it."""

    first: int
    last: int
    direction: Direction


def read_metric(series: MetricSeries, window: Window) -> MetricReading:
    """What `series`, which covers the baseline and the window, says about the window.

    Points that are not finite are gaps.
    """
    points = sorted((p for p in series.points if math.isfinite(p.value)), key=lambda p: p.at)
    baseline = [point.value for point in points if point.at < window.start]
    recent = [point.value for point in points if window.start <= point.at <= window.end]
    return MetricReading(
        points=len(points),
        baseline_points=len(baseline),
        baseline_median=median(baseline) if baseline else None,
        window_lowest=min(recent, default=None),
        window_highest=max(recent, default=None),
        shift=_shift(points, baseline, window),
    )


def _shift(
    points: Sequence[MetricPoint], baseline: Sequence[float], window: Window
) -> MetricShift | None:
    if len(baseline) < MIN_BASELINE_POINTS:
        return None
    normal, limit = median(baseline), _limit(baseline)
    away = [point.value - normal for point in points]
    candidates = [
        departure
        for departure in _departures(away, limit)
        if points[departure.last].at >= window.start and _lasts(departure, away, limit)
    ]
    if not candidates:
        return None
    worst = max(candidates, key=lambda departure: _height(departure, away))
    return _describe(worst, points, normal)


def _limit(baseline: Sequence[float]) -> float:
    """How far from the median a point may be and still be normal."""
    normal = median(baseline)
    strays = sorted(abs(value - normal) for value in baseline)
    usual_stray = strays[int(STRAY_SHARE * (len(strays) - 1))]
    return max(
        DEVIATIONS * median(strays),
        STRAY_MARGIN * usual_stray,
        MIN_RELATIVE_CHANGE * abs(normal),
    )


def _departures(away: Sequence[float], limit: float) -> list[_Departure]:
    """Every stretch outside the limit, oldest first; short lulls do not end one."""
    found: list[_Departure] = []
    for index, distance in enumerate(away):
        if abs(distance) <= limit:
            continue
        direction = Direction.UP if distance > 0 else Direction.DOWN
        last = found[-1] if found else None
        if last and last.direction is direction and index - last.last <= MAX_LULL + 1:
            found[-1] = last.model_copy(update={"last": index})
        else:
            found.append(_Departure(first=index, last=index, direction=direction))
    return found


def _lasts(departure: _Departure, away: Sequence[float], limit: float) -> bool:
    """Two neighbours outside, or one point so far out that it is no noise."""
    stretch = away[departure.first : departure.last + 1]
    neighbours = any(abs(one) > limit and abs(two) > limit for one, two in pairwise(stretch))
    return neighbours or _height(departure, away) > SPIKE * limit


def _height(departure: _Departure, away: Sequence[float]) -> float:
    return max(abs(distance) for distance in away[departure.first : departure.last + 1])


def _describe(departure: _Departure, points: Sequence[MetricPoint], normal: float) -> MetricShift:
    stretch = points[departure.first : departure.last + 1]
    peak = max(stretch, key=lambda point: abs(point.value - normal))
    return MetricShift(
        direction=departure.direction,
        onset_at=stretch[0].at,
        peak=peak.value,
        peak_at=peak.at,
        factor=peak.value / normal if normal else None,
        returned_at=_returned_at(points[departure.last + 1 :]),
    )


def _returned_at(after: Sequence[MetricPoint]) -> datetime | None:
    return after[0].at if len(after) >= MIN_NORMAL_AFTER else None
