"""Whole cases for the rules: evidence, numbered as an analysis would number it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from domain.case import Case, Evidence, Frame
from domain.evidence import LogLine, Source, SourceResult, SourceStatus
from domain.incidents import Incident
from domain.items import itemize
from tests.factories import NOON, a_case, a_frame, a_log_line, an_incident

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


def _answer(source: Source, *, failed: bool) -> SourceResult:
    if failed:
        return SourceResult(source=source, status=SourceStatus.COULD_NOT_ASK, note="timed out")
    return SourceResult(source=source, status=SourceStatus.FOUND)
