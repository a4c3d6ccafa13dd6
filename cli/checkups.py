"""What `rayne doctor` asks: one question per dependency, answered by the real thing."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from enum import StrEnum

from domain.errors import RayneError, TimedOut
from domain.values import Value

PATIENCE = timedelta(seconds=10)


class Verdict(StrEnum):
    OK = "ok"
    OFF = "off"  # optional, and not configured
    EMBEDDED = "embedded"  # starts with `rayne up`, which is not running
    FAILED = "failed"


class Finding(Value):
    """What is true of one dependency; `advice` says what to do about it, if anything."""

    name: str
    verdict: Verdict
    detail: str
    advice: str = ""
    milliseconds: int | None = None  # how long the answer took


class Checkup(Value):
    """`ask` returns what to tell about a dependency that answers, or raises a RayneError."""

    name: str
    ask: Callable[[], Awaitable[str]]
    advice: str
    verdict: Verdict = Verdict.OK  # where it answers


async def examine(
    checkups: Sequence[Checkup], *, patience: timedelta = PATIENCE
) -> tuple[Finding, ...]:
    """All at once and each bounded. A failure is a finding; nothing is raised."""
    return tuple(await asyncio.gather(*(_find(checkup, patience) for checkup in checkups)))


async def _find(checkup: Checkup, patience: timedelta) -> Finding:
    began = time.monotonic()
    try:
        detail = await _bounded(checkup.ask, patience)
    except RayneError as error:
        return Finding(
            name=checkup.name, verdict=Verdict.FAILED, detail=str(error), advice=checkup.advice
        )
    return Finding(
        name=checkup.name,
        verdict=checkup.verdict,
        detail=detail,
        advice="" if checkup.verdict is Verdict.OK else checkup.advice,
        milliseconds=round((time.monotonic() - began) * 1000),
    )


async def _bounded(ask: Callable[[], Awaitable[str]], patience: timedelta) -> str:
    try:
        async with asyncio.timeout(patience.total_seconds()):
            return await ask()
    except TimeoutError as error:
        raise TimedOut(f"no answer within {patience.total_seconds():g} s") from error
