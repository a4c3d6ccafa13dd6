"""Draws time series as an inline SVG line chart. Numbers become markup here; text never does."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dd_lib.sandbox.moments import from_milliseconds
from dd_lib.sandbox.timeseries import Series, Span

WIDTH, HEIGHT = 760, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 26, 10, 36
MAX_LINES = 8  # more cannot be told apart

_TICK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440)  # minutes


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """`path` is ready for an SVG path's `d`; `name` is text, for the template to escape."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Empty `lines` mean that there is nothing in the window."""

    lines: tuple[Line, ...]
    y_labels: tuple[Label, ...]
    x_labels: tuple[Label, ...]
    hidden: int  # series beyond MAX_LINES
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def draw(series: tuple[Series, ...], span: Span, metric: str) -> Chart:
    """The values' range always includes zero, so that a small wobble looks small."""
    shown = [each for each in series if each.points][:MAX_LINES]
    values = [value for each in shown for value in each.points.values()]
    ticks = _value_ticks(min(values, default=0.0), max(values, default=0.0))
    frame = _Frame(span, ticks[0], ticks[-1])
    return Chart(
        lines=tuple(
            Line(frame.path(each.points), ", ".join(each.group) or metric) for each in shown
        ),
        y_labels=tuple(Label(LEFT - 8, frame.y(tick), _number(tick)) for tick in ticks),
        x_labels=tuple(
            Label(frame.x(tick), HEIGHT - 8, from_milliseconds(tick).strftime("%H:%M"))
            for tick in _time_ticks(span)
        ),
        hidden=max(len(series) - MAX_LINES, 0),
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a time and a value lie on the drawing."""

    span: Span
    low: float
    high: float

    def x(self, milliseconds: int) -> float:
        part = (milliseconds - self.span.start) / (self.span.end - self.span.start)
        return round(LEFT + min(max(part, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), 1)

    def path(self, points: dict[int, float]) -> str:
        """A gap in the data is a gap in the line."""
        commands, previous = [], None
        for time, value in sorted(points.items()):
            joined = previous is not None and time - previous <= 2 * self.span.step
            commands.append(f"{'L' if joined else 'M'}{self.x(time)} {self.y(value)}")
            previous = time
        return " ".join(commands)


def _value_ticks(low: float, high: float) -> list[float]:
    """Four to six round numbers around the values and zero."""
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = 1.0
    step = _round_step((high - low) / 4)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, last + 1)]


def _round_step(rough: float) -> float:
    magnitude = 10.0 ** math.floor(math.log10(rough))
    return next(m * magnitude for m in (1, 2, 2.5, 5, 10) if rough <= m * magnitude * 1.0001)


def _time_ticks(span: Span) -> list[int]:
    minutes = (span.end - span.start) / 60_000
    step = next((s for s in _TICK_STEPS if minutes / s <= 8), _TICK_STEPS[-1]) * 60_000
    first = -(-span.start // step) * step
    return list(range(first, span.end + 1, step))


def _number(value: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:.3g}"


def between(start: datetime, end: datetime) -> Span:
    """The span that a chart of that window shows; at least a minute."""
    end = max(end, start + timedelta(minutes=1))
    return Span.between(start.astimezone(UTC), end.astimezone(UTC), None)
