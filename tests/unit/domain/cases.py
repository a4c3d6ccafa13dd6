"""Whole cases for the rules: evidence, numbered as an analysis would number it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from domain.case import Case, Evidence, Frame
from domain.evidence import LogLine, Source, SourceResult, SourceStatus, SpanRecord
from domain.incidents import Incident
from domain.items import itemize
from tests.factories import NOON, a_case, a_frame, a_log_line, a_span, an_incident

ONSET = NOON - timedelta(minutes=7)


def a_case_with(
    *,
    unasked: Iterable[Source] = (),
    frame: Frame | None = None,
    incident: Incident | None = None,
    **evidence: Any,
) -> Case:
    """Every source answered, but those named `unasked`."""
    frame = frame or a_frame()
    sources = tuple(_answer(source, failed=source in set(unasked)) for source in Source)
    gathered = Evidence(**({"sources": sources} | evidence))
    return a_case(
        frame=frame,
        incident=incident or an_incident(),
        evidence=gathered,
        items=itemize(gathered, frame),
    )


def error_lines(
    message: str, *, count: int = 20, start: datetime = ONSET, **changes: Any
) -> tuple[LogLine, ...]:
    """`count` lines, ten seconds apart from `start`; `{n}` in the message counts them."""
    return tuple(
        a_log_line(
            logged_at=start + timedelta(seconds=10 * n),
            message=message.replace("{n}", str(n)),
            **changes,
        )
        for n in range(count)
    )


def a_call(
    at: datetime, *services: str, failed: bool = False, last_ms: float = 20.0
) -> list[SpanRecord]:
    """One trace down the services, each calling the next; it fails and waits with the last one."""
    trace = f"{at:%H%M%S}-{services[-1]}"
    return [
        a_span(
            started_at=at,
            trace_id=trace,
            span_id=str(depth),
            parent_id=str(depth - 1) if depth else "",
            service=service,
            resource="POST /pay",
            duration_ms=last_ms + 10.0 * (len(services) - 1 - depth),
            error=failed,
        )
        for depth, service in enumerate(services)
    ]


def calm_spans(*services: str) -> tuple[SpanRecord, ...]:
    start = a_frame().window.start
    return tuple(
        span for n in range(10) for span in a_call(start + timedelta(minutes=n), *services)
    )


def failing_spans(*services: str, start: datetime = ONSET) -> tuple[SpanRecord, ...]:
    """Calm, and from `start` on failing in the last service; checkout calls payments."""
    path = services or ("checkout", "payments")
    moments = (start + timedelta(seconds=30) * n for n in range(15))
    failed = (span for at in moments for span in a_call(at, *path, failed=True))
    return (*calm_spans(*path), *failed)


def _answer(source: Source, *, failed: bool) -> SourceResult:
    if failed:
        return SourceResult(source=source, status=SourceStatus.COULD_NOT_ASK, note="timed out")
    return SourceResult(source=source, status=SourceStatus.FOUND)
