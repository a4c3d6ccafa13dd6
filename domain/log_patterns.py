"""Error patterns: what the logs complain about, and whether they did so before the window."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from domain.case import Evidence, Frame
from domain.evidence import LogLine, Source, SourceStatus, Window
from domain.log_templates import telling_line, template_of
from domain.values import Value

GROWN_FACTOR = 3.0  # times the baseline's rate
MIN_GROWN_COUNT = 5  # lines in the window; fewer are chance
BURST_LINES = 3  # this many close together start a grown pattern's burst
BURST_SPAN = timedelta(minutes=3)
MAX_EXAMPLE = 500  # characters

_QUIET = frozenset({"ok", "info", "notice", "debug", "trace"})


class PatternChange(StrEnum):
    """The window against the baseline. Order: what is worth reading first."""

    NEW = "new"  # never in the baseline
    GROWN = "grown"
    UNCOMPARED = "not compared"  # the baseline could not be asked: neither new nor old
    STEADY = "steady"
    GONE = "gone"  # in the baseline only

    @property
    def is_suspicious(self) -> bool:
        return self in {PatternChange.NEW, PatternChange.GROWN}


class LogPattern(Value):
    """Lines that say the same. Times are within the window, of the baseline where it is gone."""

    template: str
    service: str
    status: str
    example: str  # one line's own words; the masked ones may name the cause
    count: int
    baseline_count: int
    factor: float | None  # how many times the baseline's rate; None without a rate to compare
    change: PatternChange
    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
    began_at: AwareDatetime  # first seen, or for a grown pattern when its burst began
    versions: tuple[str, ...] = ()  # of the `version` tags on the lines in the window


_Key = tuple[str, str, str]


def mine_patterns(evidence: Evidence, frame: Frame) -> tuple[LogPattern, ...]:
    """Patterns of warnings and errors: new, grown, not compared, steady, gone; frequent first."""
    baseline = Window(start=frame.changes.start, end=frame.window.start)
    comparison = _Comparison(
        compared=evidence.status(Source.BASELINE_LOGS) is not SourceStatus.COULD_NOT_ASK,
        span=_span_read(evidence.logs, frame.window, cut=_cut(evidence, Source.LOGS)),
        baseline_span=_span_read(
            evidence.baseline_logs, baseline, cut=_cut(evidence, Source.BASELINE_LOGS)
        ),
    )
    return _mine(evidence.logs, evidence.baseline_logs, comparison)


def mine_related(evidence: Evidence, frame: Frame) -> tuple[LogPattern, ...]:
    """The same of other services' errors, whose lines before the window are their baseline."""
    before = [line for line in evidence.related_logs if line.logged_at < frame.window.start]
    recent = [line for line in evidence.related_logs if line.logged_at >= frame.window.start]
    baseline = Window(start=frame.changes.start, end=frame.window.start)
    cut = _cut(evidence, Source.RELATED_LOGS)
    comparison = _Comparison(
        compared=True,  # one source: where it answered, it answered for both
        span=_span_read(recent, frame.window, cut=cut),
        baseline_span=_span_read(before, baseline, cut=cut),
    )
    return _mine(recent, before, comparison)


def group_lines(lines: Iterable[LogLine]) -> dict[_Key, list[LogLine]]:
    """Complaining lines by template, service and status, each group oldest line first."""
    groups: dict[_Key, list[LogLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line.logged_at):
        template = template_of(line.message)
        if template and line.status.lower() not in _QUIET:
            groups[template, line.service, line.status.lower()].append(line)
    return dict(groups)


class _Comparison(Value):
    compared: bool
    span: timedelta
    baseline_span: timedelta

    def rate_factor(self, count: int, baseline_count: int) -> float | None:
        if not baseline_count or not self.span or not self.baseline_span:
            return None
        return (count / self.span.total_seconds()) / (
            baseline_count / self.baseline_span.total_seconds()
        )


def _mine(
    recent: Iterable[LogLine], before: Iterable[LogLine], comparison: _Comparison
) -> tuple[LogPattern, ...]:
    new, old = group_lines(recent), group_lines(before)
    patterns = [
        _pattern(key, new.get(key, []), old.get(key, []), comparison) for key in {**new, **old}
    ]
    return tuple(sorted(patterns, key=_rank))


def _cut(evidence: Evidence, source: Source) -> bool:
    return any(result.note for result in evidence.sources if result.source is source)


def _span_read(lines: Sequence[LogLine], whole: Window, *, cut: bool) -> timedelta:
    """How long a time the lines stand for: where the answer was cut short, only their own."""
    times = [line.logged_at for line in lines]
    if cut and times and max(times) > min(times):
        return max(times) - min(times)
    return max(whole.end - whole.start, timedelta(0))


def _pattern(
    key: _Key, recent: Sequence[LogLine], before: Sequence[LogLine], comparison: _Comparison
) -> LogPattern:
    shown = recent or before
    factor = comparison.rate_factor(len(recent), len(before))
    change = _change(len(recent), len(before), factor, comparison)
    template, service, status = key
    return LogPattern(
        template=template,
        service=service,
        status=status,
        example=telling_line(shown[0].message)[:MAX_EXAMPLE],
        count=len(recent),
        baseline_count=len(before),
        factor=factor,
        change=change,
        first_seen_at=shown[0].logged_at,
        last_seen_at=shown[-1].logged_at,
        began_at=_burst_start(shown) if change is PatternChange.GROWN else shown[0].logged_at,
        versions=_versions(recent),
    )


def _change(
    count: int, baseline_count: int, factor: float | None, comparison: _Comparison
) -> PatternChange:
    if not count:
        return PatternChange.GONE
    if not baseline_count:
        return PatternChange.NEW if comparison.compared else PatternChange.UNCOMPARED
    if factor is not None and factor >= GROWN_FACTOR and count >= MIN_GROWN_COUNT:
        return PatternChange.GROWN
    return PatternChange.STEADY


def _burst_start(lines: Sequence[LogLine]) -> datetime:
    """When lines began to come close together; the first line's time where they never do."""
    for first, third in zip(lines, lines[BURST_LINES - 1 :], strict=False):
        if third.logged_at - first.logged_at <= BURST_SPAN:
            return first.logged_at
    return lines[0].logged_at


def _versions(lines: Iterable[LogLine]) -> tuple[str, ...]:
    tags = {tag for line in lines for tag in line.tags if tag.startswith("version:")}
    return tuple(sorted(tag.removeprefix("version:") for tag in tags))


def _rank(pattern: LogPattern) -> tuple[int, int, datetime, str, str, str]:
    return (
        list(PatternChange).index(pattern.change),
        -max(pattern.count, pattern.baseline_count),
        pattern.first_seen_at,
        pattern.template,
        pattern.service,
        pattern.status,
    )
