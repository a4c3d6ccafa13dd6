"""The steps of an analysis in production's order, called one by one instead of by Temporal.

Nothing is written to Datadog and nothing remembered: a scenario must not learn from another one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from adapters import clock
from domain.analysis import AnalysisKey
from domain.case import Frame
from domain.errors import RayneError
from domain.evidence import Source, SourceResult, SourceStatus
from domain.investigation import Spent, TurnOutcome, why_conclude
from workers.registry import Steps

T = TypeVar("T")

ATTEMPTS = 3
PAUSE = timedelta(seconds=5)  # where the one asked names none


async def gather_evidence(steps: Steps, key: AnalysisKey) -> Frame:
    """Everything that comes before an analyst: frame, sources, items, similar incidents, digest."""
    frame = await steps.framing.frame_analysis(key)
    fetch = steps.evidence
    await asyncio.gather(
        _settled(steps, frame, Source.LOGS, fetch.fetch_logs),
        _settled(steps, frame, Source.BASELINE_LOGS, fetch.fetch_baseline_logs),
        _settled(steps, frame, Source.EVENTS, fetch.fetch_events),
        _settled(steps, frame, Source.HOST, fetch.fetch_host),
        _settled(steps, frame, Source.MONITOR, fetch.fetch_monitor),
        _settled(steps, frame, Source.METRICS, fetch.fetch_metrics),
        _settled(steps, frame, Source.RELATED_LOGS, fetch.fetch_related_logs),
        _settled(steps, frame, Source.SPANS, fetch.fetch_spans),
    )
    await _settled(steps, frame, Source.HEALTH, fetch.fetch_health)  # the others tell of whom
    await steps.preparation.prepare_case(key)
    await steps.memory.embed_incident(frame)
    await _settled(steps, frame, Source.SIMILAR, steps.memory.find_similar)
    await steps.preparation.write_digest(key)
    return frame


async def investigate(steps: Steps, frame: Frame) -> str:
    """Claude's turns within the frame's budget. Why there is no conclusion, or ""."""
    began, spent, unreadable = clock.now(), Spent(), 0
    while spent.turns < frame.budget.turns and unreadable < 2:
        conclude = why_conclude(frame.budget, spent, began=began, now=clock.now())
        try:
            outcome = await _patiently(
                lambda number, why: steps.turns.take_turn(frame.key, number, why),
                spent.turns + 1,
                conclude,
            )
        except RayneError as error:
            return str(error)
        spent = spent.plus(outcome)
        if outcome.refused or outcome.concluded:
            return outcome.refused
        if not outcome.calls:
            unreadable += 1
        elif outcome.forced_by:
            return f"Claude asked on although {outcome.forced_by}"
        await _answer(steps, frame.key, outcome)
    return "Claude wrote no conclusion that could be read"


async def _answer(steps: Steps, key: AnalysisKey, outcome: TurnOutcome) -> None:
    """All questions of a turn at once."""
    await asyncio.gather(
        *(_use_tool(steps, key, outcome.number, index) for index in range(len(outcome.calls)))
    )


async def _use_tool(steps: Steps, key: AnalysisKey, turn: int, index: int) -> None:
    try:
        await steps.tools.use_tool(key, turn, index)
    except RayneError as error:
        await steps.tools.note_failed_call(key, turn, index, str(error))


async def _settled(
    steps: Steps,
    frame: Frame,
    source: Source,
    ask: Callable[[Frame], Awaitable[SourceResult]],
) -> None:
    """Whatever comes of asking ends as data, as in production."""
    try:
        await ask(frame)
    except RayneError as error:
        silent = SourceResult(source=source, status=SourceStatus.COULD_NOT_ASK, note=str(error))
        await steps.evidence.note_unanswered(frame.key, silent)


async def _patiently(ask: Callable[[int, str], Awaitable[T]], number: int, conclude: str) -> T:
    """Asks again where time may heal; Temporal's part in production."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await ask(number, conclude)
        except RayneError as error:
            if not error.retryable:
                raise
            wait = error.retry_after or PAUSE
            await asyncio.sleep(wait.total_seconds())
    return await ask(number, conclude)
