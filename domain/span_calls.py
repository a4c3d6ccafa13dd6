"""Who calls whom, and how often it fails: spans added up by caller and callee."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from pydantic import AwareDatetime

from domain.evidence import SpanRecord
from domain.values import Value

MAX_EXAMPLE = 300  # characters of an error

SpanKey = tuple[str, str]  # trace and span


class CallEdge(Value):
    """All calls seen from one service to another. An empty caller is the world outside.

    What was seen is what the span searches gave, failed and slow ones first: the share of failed
    calls is that of the seen ones.
    """

    caller: str
    callee: str
    resource: str  # of the callee: the one that fails most, else the one called most
    calls: int
    failed: int
    first_failed_at: AwareDatetime | None
    median_ms: float
    slowest_ms: float
    slowest_at: AwareDatetime
    error_message: str = ""

    @property
    def failed_share(self) -> float:
        return self.failed / self.calls


def call_edges(spans: Sequence[SpanRecord]) -> tuple[CallEdge, ...]:
    """Calls between services and from outside: those that fail most first, then the frequent.

    A span whose parent was not found has an unknown caller and is left out.
    """
    known = by_key(spans)
    groups: dict[tuple[str, str], list[SpanRecord]] = defaultdict(list)
    for span in spans:
        caller = caller_of(span, known)
        if caller is not None and caller != span.service and span.service:
            groups[caller, span.service].append(span)
    edges = [_edge(caller, callee, found) for (caller, callee), found in groups.items()]
    return tuple(sorted(edges, key=_rank))


def callers_of(service: str, edges: Iterable[CallEdge]) -> frozenset[str]:
    return frozenset(edge.caller for edge in edges if edge.callee == service) - {""}


def neighbours_of(service: str, edges: Iterable[CallEdge]) -> frozenset[str]:
    """Who calls it, and whom it calls."""
    edges = tuple(edges)
    called = frozenset(edge.callee for edge in edges if edge.caller == service)
    return callers_of(service, edges) | called


def by_key(spans: Iterable[SpanRecord]) -> dict[SpanKey, SpanRecord]:
    return {(span.trace_id, span.span_id): span for span in spans}


def caller_of(span: SpanRecord, known: Mapping[SpanKey, SpanRecord]) -> str | None:
    """The calling service; "" for a trace's first span, None where the parent was not found."""
    if not span.parent_id:
        return ""
    parent = known.get((span.trace_id, span.parent_id))
    return parent.service if parent else None


def _edge(caller: str, callee: str, spans: Sequence[SpanRecord]) -> CallEdge:
    failed = sorted((span for span in spans if span.error), key=lambda span: span.started_at)
    slowest = max(spans, key=lambda span: (span.duration_ms, span.started_at, span.span_id))
    told = next((span.error_message for span in failed if span.error_message), "")
    return CallEdge(
        caller=caller,
        callee=callee,
        resource=_most_frequent(span.resource for span in failed or spans),
        calls=len(spans),
        failed=len(failed),
        first_failed_at=failed[0].started_at if failed else None,
        median_ms=median(span.duration_ms for span in spans),
        slowest_ms=slowest.duration_ms,
        slowest_at=slowest.started_at,
        error_message=told[:MAX_EXAMPLE],
    )


def _most_frequent(names: Iterable[str]) -> str:
    found = list(names)
    return max(sorted(set(found)), key=found.count, default="")


def _rank(edge: CallEdge) -> tuple[int, int, str, str]:
    return (-edge.failed, -edge.calls, edge.caller, edge.callee)
