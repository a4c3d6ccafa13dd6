"""When something that happens now and then began to happen more often."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.evidence import Window

MIN_AFTER = 3  # times; fewer are chance
MIN_GAIN = 3.0  # log-likelihood over "as often all the time": one in twenty, by chance
MIN_FACTOR = 3.0  # times the rate before
SHORTEST = timedelta(minutes=1)  # no rate is read off less


def change_point(times: Sequence[datetime], window: Window) -> datetime | None:
    """The one of `times` from which on the others come more often; None where none stands out.

    The split into two even rates that explains the times best. Times outside the window are
    ignored.
    """
    inside = sorted(at for at in times if window.start <= at <= window.end)
    whole = _likelihood(len(inside), window.end - window.start)
    best: datetime | None = None
    best_gain = MIN_GAIN
    for before, at in enumerate(inside[: len(inside) - MIN_AFTER + 1]):
        gain = _split(before, len(inside) - before, at, window) - whole
        if gain > best_gain:
            best, best_gain = at, gain
    return best


def _split(before: int, after: int, at: datetime, window: Window) -> float:
    """How well two rates fit; minus infinity where the second is not much the higher."""
    quiet = max(at - window.start, SHORTEST)
    busy = max(window.end - at, SHORTEST)
    if after / busy.total_seconds() < MIN_FACTOR * before / quiet.total_seconds():
        return -math.inf
    return _likelihood(before, quiet) + _likelihood(after, busy)


def _likelihood(count: int, span: timedelta) -> float:
    """Of an even rate over the span, but for what all splits have in common."""
    return count * math.log(count / max(span, SHORTEST).total_seconds()) if count else 0.0
