"""kill -9 in the middle of an investigation, and a model that never has enough."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.conformance.oracle import Oracle
from tests.e2e.asked import violations
from tests.e2e.parts import PATIENCE, Parts, Process, running_parts
from tests.e2e.stack import until
from tests.e2e.test_worker_killed import finished_steps, has_one_notebook
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_scripts import Character

LOG_SEARCH = "/api/v2/logs/events/search"
TURNS = 8
RESUMED_WITHIN = 30  # seconds after the restart


@asynccontextmanager
async def investigating(
    folder: Path, script: Character, **variables: str
) -> AsyncIterator[tuple[Parts, MessagesServer]]:
    async with MessagesServer.running(script=script) as claude:
        keys = {"ANTHROPIC_BASE_URL": claude.url, "ANTHROPIC_API_KEY": "sk-ant-test"}
        async with running_parts(folder, **keys, **variables) as parts:
            yield parts, claude


def times_asked(claude: MessagesServer) -> dict[int, int]:
    """How often the model was asked for each turn."""
    return dict(Counter(exchange.turn for exchange in claude.exchanges))


def has_begun(
    claude: MessagesServer, turn: int, *, times: int = 1
) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return times_asked(claude).get(turn, 0) >= times

    return look


async def restarted(
    parts: Parts, worker: Process, goes_on: Callable[[], Awaitable[bool]]
) -> tuple[Process, float]:
    """Another worker after kill -9, and the seconds until it `goes_on`."""
    worker.kill()
    began = time.monotonic()
    another = parts.start("worker")
    await until(goes_on, PATIENCE)
    return another, time.monotonic() - began


async def search_slowly(parts: Parts) -> None:
    """Returns once the next search of logs is under way, which will take a minute."""
    before = await parts.requests("POST", LOG_SEARCH)
    await parts.arm(kind="slow", path=LOG_SEARCH, seconds=60, count=1)

    async def is_under_way() -> bool:
        return await parts.requests("POST", LOG_SEARCH) > before

    await until(is_under_way, PATIENCE)


@pytest.mark.timeout(300)
async def test_a_worker_killed_three_times_pays_again_only_for_turns_in_flight(
    state_dir: Path, oracle: Oracle
) -> None:
    script = Character(policy="investigates", turns=TURNS, delay=1.5)
    async with investigating(state_dir, script) as (parts, claude):
        worker = parts.start("worker")
        await parts.deliver(await parts.fire())

        await until(has_begun(claude, 2), PATIENCE)
        worker, first = await restarted(parts, worker, has_begun(claude, 3))
        await until(has_begun(claude, 5), PATIENCE)
        await search_slowly(parts)
        worker, second = await restarted(parts, worker, has_begun(claude, 6))
        await until(has_begun(claude, 8), PATIENCE)
        worker, third = await restarted(parts, worker, has_begun(claude, 8, times=2))
        analysis = await parts.analysis(1)

        author = analysis["conclusion"]["authorship"]
        asked_once = dict.fromkeys((1, 3, 4, 5, 6, 7), 1)
        assert times_asked(claude) == asked_once | {2: 2, 8: 2}
        assert max(first, second, third) < RESUMED_WITHIN
        assert (author["analyst"], author["turns"]) == ("claude", TURNS)
        await has_one_notebook(parts)
        assert await violations(parts, oracle) == []


async def test_a_model_that_asks_for_ever_ends_within_its_turns_with_an_honest_report(
    state_dir: Path, oracle: Oracle
) -> None:
    greedy = Character(policy="asks_for_ever")
    async with investigating(state_dir, greedy, RAYNE_CLAUDE_MAX_TURNS="4") as (parts, claude):
        parts.start("worker")

        await parts.deliver(await parts.fire())
        analysis = await parts.analysis(1)

        steps = finished_steps(await parts.history("rca-1-1"))
        assert times_asked(claude) == dict.fromkeys(range(1, 5), 1)
        assert claude.exchanges[-1].must_conclude
        assert analysis["conclusion"]["authorship"]["turns"] == 4
        assert analysis["conclusion"]["dropped_claims"] == 0
        assert steps["use_tool"] == 1
        assert await violations(parts, oracle) == []
