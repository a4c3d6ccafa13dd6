"""Where failed and slow traces have their trouble: the deepest span that it can be pinned on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from statistics import median

from pydantic import AwareDatetime

from domain.change_point import change_point
from domain.evidence import SpanRecord, Window
from domain.span_calls import MAX_EXAMPLE, SpanKey, by_key
from domain.values import Value

CALM_SHARE = 0.4  # of the window, from its start: before the trouble, as a rule
MIN_CALM = 3  # spans in it that tell what is usual
SLOW_FACTOR = 2.5  # times the usual own time
SLOW_MS = 50.0  # beyond the usual: less is nobody's trouble
MIN_SLOW = 3  # slow spans; fewer are chance
MAX_DEPTH = 50  # of a trace: a ring of parents must end, too


class Trouble(StrEnum):
    FAILED = "failed by itself"  # and no span below it failed
    SLOW = "slow by itself"  # the time went in its own work, or in what is not traced


class SpanOrigin(Value):
    """The spans of one resource that trouble begins in."""

    service: str
    resource: str
    trouble: Trouble
    count: int
    seen: int  # spans of that resource, these among them
    began_at: AwareDatetime | None  # when they became frequent; None: as many all the time
    first_at: AwareDatetime
    last_at: AwareDatetime
    own_ms: float  # median of what these took by themselves
    usual_ms: float  # of that resource's spans
    error_message: str
    trace_id: str  # of the first
    versions: tuple[str, ...]
    hosts: tuple[str, ...]
    above: tuple[str, ...]  # services that called it, directly or not


class _Forest(Value):
    """All spans, by what is asked of them again and again."""

    window: Window
    spans: tuple[SpanRecord, ...]
    known: dict[SpanKey, SpanRecord]
    own_ms: dict[SpanKey, float]
    failed_below: frozenset[SpanKey]


def span_origins(spans: Sequence[SpanRecord], window: Window) -> tuple[SpanOrigin, ...]:
    """What failed by itself, the most frequent first; then what was slow by itself."""
    forest = _forest(spans, window)
    places: dict[tuple[str, str], list[SpanRecord]] = defaultdict(list)
    for span in spans:
        places[span.service, span.resource].append(span)
    found = (origin for place in places.values() for origin in _origins(place, forest))
    return tuple(sorted(found, key=_rank))


def _forest(spans: Sequence[SpanRecord], window: Window) -> _Forest:
    own_ms = {key: span.duration_ms for key, span in by_key(spans).items()}
    failed_below = set()
    for span in spans:
        parent = (span.trace_id, span.parent_id)
        if parent in own_ms:
            own_ms[parent] = max(own_ms[parent] - span.duration_ms, 0.0)
            if span.error:
                failed_below.add(parent)
    return _Forest.model_construct(  # the spans were checked when they came
        window=window,
        spans=tuple(spans),
        known=by_key(spans),
        own_ms=own_ms,
        failed_below=frozenset(failed_below),
    )


def _origins(place: Sequence[SpanRecord], forest: _Forest) -> Iterable[SpanOrigin]:
    usual = _usual_ms(place, forest)
    failed = [span for span in place if span.error and _key(span) not in forest.failed_below]
    slow = [span for span in place if not span.error and _is_slow(span, usual, forest)]
    if failed:
        yield _origin(Trouble.FAILED, failed, place, forest)
    if len(slow) >= MIN_SLOW:
        yield _origin(Trouble.SLOW, slow, place, forest)


def _usual_ms(place: Sequence[SpanRecord], forest: _Forest) -> float:
    """The median at the window's start; of too few, the quarter of all that was fastest."""
    window = forest.window
    calm_until = window.start + CALM_SHARE * (window.end - window.start)
    calm = [forest.own_ms[_key(span)] for span in place if span.started_at < calm_until]
    if len(calm) >= MIN_CALM:
        return median(calm)
    return sorted(forest.own_ms[_key(span)] for span in place)[len(place) // 4]


def _is_slow(span: SpanRecord, usual_ms: float, forest: _Forest) -> bool:
    return forest.own_ms[_key(span)] >= max(SLOW_FACTOR * usual_ms, usual_ms + SLOW_MS)


def _origin(
    trouble: Trouble, spans: Sequence[SpanRecord], place: Sequence[SpanRecord], forest: _Forest
) -> SpanOrigin:
    first = min(spans, key=lambda span: (span.started_at, span.span_id))
    times = [span.started_at for span in spans]
    return SpanOrigin(
        service=first.service,
        resource=first.resource,
        trouble=trouble,
        count=len(spans),
        seen=len(place),
        began_at=change_point(times, forest.window),
        first_at=first.started_at,
        last_at=max(times),
        own_ms=median(forest.own_ms[_key(span)] for span in spans),
        usual_ms=_usual_ms(place, forest),
        error_message=_message(spans),
        trace_id=first.trace_id,
        versions=_values_of("version", spans),
        hosts=tuple(sorted({span.host for span in spans if span.host})),
        above=tuple(sorted(_above(spans, forest.known))),
    )


def _message(spans: Sequence[SpanRecord]) -> str:
    told = sorted((s.started_at, s.error_message) for s in spans if s.error_message)
    return told[0][1][:MAX_EXAMPLE] if told else ""


def _values_of(key: str, spans: Iterable[SpanRecord]) -> tuple[str, ...]:
    prefix = f"{key}:"
    tags = {tag for span in spans for tag in span.tags if tag.startswith(prefix)}
    return tuple(sorted(tag[len(prefix) :] for tag in tags))


def _above(spans: Iterable[SpanRecord], known: Mapping[SpanKey, SpanRecord]) -> set[str]:
    found: set[str] = set()
    for span in spans:
        above: SpanRecord | None = span
        for _ in range(MAX_DEPTH):
            above = known.get((above.trace_id, above.parent_id)) if above else None
            if above is None:
                break
            found.add(above.service)
    return found - {span.service for span in spans} - {""}


def _key(span: SpanRecord) -> SpanKey:
    return (span.trace_id, span.span_id)


def _rank(origin: SpanOrigin) -> tuple[str, bool, int, datetime, str, str]:
    return (
        origin.trouble.value,  # "failed" before "slow"
        origin.began_at is None,
        -origin.count,
        origin.first_at,
        origin.service,
        origin.resource,
    )
