"""Which service failed first: down the calls, from the alert's service to where trouble begins."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from domain.metric_onset import MetricShift
from domain.service_health import HealthReading
from domain.span_calls import CallEdge
from domain.span_origins import SpanOrigin, Trouble
from domain.values import Value

GRACE = timedelta(minutes=3)  # a callee may be seen to fail that much after its caller
MIN_SHARE = 0.2  # of the worst origin's spans: fewer are another story
EARLIER = timedelta(minutes=10)  # health may show trouble that long before spans do


# A store runs nobody's code: it fails by its machine, its settings, or what is asked of it.
_STORE_NAME = re.compile(
    r"(?:^|[-_.])(?:db|database|sql|postgres\w*|pg|mysql|maria\w*|mongo\w*|redis|cache|memcached?"
    r"|kafka|rabbit\w*|queue|s3|dynamo\w*|cassandra|elastic\w*|opensearch)(?:$|[-_.\d])",
    re.IGNORECASE,
)


_STORE_RESOURCE = re.compile(
    r"^(?:(?:select|insert|update|delete|merge|upsert|copy|produce|consume)\b"
    r"|(?:m?get|m?set|h?get|h?set|del|incr|expire|[lr]push|[lr]pop)$|(?:put|get)object)",
    re.IGNORECASE,
)


class FirstFailure(Value):
    """`path` leads from the alert's service to `service`, both included."""

    service: str
    path: tuple[str, ...]
    began_at: AwareDatetime
    evidence_id: str  # of what shows it best
    is_store: bool

    @property
    def grounds(self) -> tuple[str, ...]:
        """Whose changes can have brought it about: its own, and of a store its caller's."""
        return self.path[-2:] if self.is_store else (self.service,)

    def as_seen_by_its_caller(self) -> "FirstFailure":
        """The same, where the one called was right to refuse."""
        path = self.path[:-1] or self.path
        return self.model_copy(update={"service": path[-1], "path": path, "is_store": False})


class _Sign(Value):
    service: str
    began_at: AwareDatetime
    evidence_id: str


def first_failure(
    own: frozenset[str],
    origins: Mapping[str, SpanOrigin],
    edges: Iterable[CallEdge],
    health: Mapping[str, HealthReading],
) -> FirstFailure | None:
    """By the traces' own word, else by following whoever is unwell; None where nobody is.

    `own` are the alert's services.
    """
    edges = tuple(edges)
    calls = _calls(edges)
    found = _deepest_origin(own, origins) or _unwell_below(own, calls, _signs(health))
    if found is None:
        return None
    return FirstFailure(
        service=found.service,
        path=(
            _path(own, found.service, _calls(edge for edge in edges if edge.failed))
            or _path(own, found.service, calls)
            or (found.service,)
        ),
        began_at=_began(found, health),
        evidence_id=found.evidence_id,
        is_store=_is_store(found, origins),
    )


def _is_store(found: _Sign, origins: Mapping[str, SpanOrigin]) -> bool:
    origin = origins.get(found.evidence_id)
    asked = origin.resource if origin else ""
    return bool(_STORE_NAME.search(found.service) or _STORE_RESOURCE.search(asked))


def _deepest_origin(own: frozenset[str], origins: Mapping[str, SpanOrigin]) -> _Sign | None:
    """Of what began in the window below the alert's services: the deepest, then the most."""
    ours = {
        key: one
        for key, one in origins.items()
        if one.began_at and (one.service in own or own & set(one.above) or not own)
    }
    most = max((one.count for one in ours.values()), default=0)
    ours = {key: one for key, one in ours.items() if one.count >= MIN_SHARE * most}
    deepest = {key: one for key, one in ours.items() if not _has_below(one, ours.values())}
    ranked = sorted(
        (deepest or ours).items(),
        key=lambda named: (-_votes(named[1].service, ours), named[1].began_at, named[0]),
    )
    for key, one in ranked:
        if one.began_at:
            first = min(o.began_at for o in ours.values() if o.service == one.service if o.began_at)
            return _Sign(service=one.service, began_at=first, evidence_id=key)
    return None


def _has_below(one: SpanOrigin, others: Iterable[SpanOrigin]) -> bool:
    """Whether trouble in a service that it calls came first, or at the same time."""
    return any(
        one.service in other.above
        and other.service not in one.above
        and other.began_at
        and one.began_at
        and other.began_at <= one.began_at + GRACE
        for other in others
    )


def _votes(service: str, origins: Mapping[str, SpanOrigin]) -> int:
    """A failed span says more than a slow one."""
    return sum(
        one.count * (2 if one.trouble is Trouble.FAILED else 1)
        for one in origins.values()
        if one.service == service
    )


def _signs(health: Mapping[str, HealthReading]) -> dict[str, _Sign]:
    """The earliest trouble of each service."""
    signs: dict[str, _Sign] = {}
    for key, one in health.items():
        if one.shift and one.is_trouble and one.service:
            sign = _Sign(service=one.service, began_at=one.shift.onset_at, evidence_id=key)
            known = signs.get(one.service)
            if known is None or sign.began_at < known.began_at:
                signs[one.service] = sign
    return signs


def _unwell_below(
    own: frozenset[str], calls: Mapping[str, frozenset[str]], signs: Mapping[str, _Sign]
) -> _Sign | None:
    """Follows the calls as long as a callee was unwell no later than its caller."""
    start = sorted((signs[name] for name in own if name in signs), key=lambda one: one.began_at)
    if not start:
        return None
    current, seen = start[0], set(own)
    while True:
        below = sorted(
            (
                signs[name]
                for name in calls.get(current.service, frozenset()) - seen
                if name in signs and signs[name].began_at <= current.began_at + GRACE
            ),
            key=lambda one: (one.began_at, one.service),
        )
        if not below:
            return current
        current = below[0]
        seen.add(current.service)


def _calls(edges: Iterable[CallEdge]) -> dict[str, frozenset[str]]:
    calls: dict[str, frozenset[str]] = {}
    for edge in edges:
        calls[edge.caller] = calls.get(edge.caller, frozenset()) | {edge.callee}
    return calls


def _path(own: frozenset[str], target: str, calls: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The shortest way down; () where no call leads there."""
    ways: list[tuple[str, ...]] = [(name,) for name in sorted(own)]
    seen = set(own)
    while ways:
        way = ways.pop(0)
        if way[-1] == target:
            return way
        for name in sorted(calls.get(way[-1], frozenset()) - seen):
            seen.add(name)
            ways.append((*way, name))
    return ()


def _began(found: _Sign, health: Mapping[str, HealthReading]) -> datetime:
    """Spans are a sample: the same service's health may have seen it a little earlier."""
    shifts: list[MetricShift] = [
        one.shift
        for one in health.values()
        if one.service == found.service and one.is_trouble and one.shift
    ]
    earlier = [s.onset_at for s in shifts if found.began_at - EARLIER <= s.onset_at]
    return min([found.began_at, *earlier])
