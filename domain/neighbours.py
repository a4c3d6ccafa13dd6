"""Which services are worth a look beside the alert's own."""

from collections import Counter
from collections.abc import Iterable

from domain.case import Evidence, Frame
from domain.evidence import SpanRecord


def services_around(frame: Frame, evidence: Evidence, *, limit: int) -> tuple[str, ...]:
    """The alert's services, then those that fail most in spans and logs, then whom ours call."""
    failing = Counter(span.service for span in evidence.spans if span.error)
    complaining = Counter(line.service for line in evidence.related_logs)
    ranked = (
        *frame.services,
        *_most(failing),
        *_most(complaining),
        *_called_by(frame.services, evidence.spans),
    )
    return tuple(dict.fromkeys(name for name in ranked if name))[:limit]


def _most(counted: Counter[str]) -> list[str]:
    return sorted(counted, key=lambda name: (-counted[name], name))


def _called_by(services: Iterable[str], spans: Iterable[SpanRecord]) -> list[str]:
    """In the order of their names."""
    spans, ours = tuple(spans), frozenset(services)
    calling = {(span.trace_id, span.span_id) for span in spans if span.service in ours}
    return sorted({span.service for span in spans if (span.trace_id, span.parent_id) in calling})
