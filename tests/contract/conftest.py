"""The stand-in Datadog ready to be asked, and figures of agreements told at the end of a run."""

from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.servers.sandbox import SetClock, a_sandbox, asking

FIGURES = pytest.StashKey[Counter[str]]()


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Counter[str]:
    """Counts by what was counted."""
    return pytestconfig.stash.setdefault(FIGURES, Counter())


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    told = config.stash.get(FIGURES, None)
    if told:
        terminalreporter.section("agreements with Datadog")
        for counted, number in told.items():
            terminalreporter.write_line(f"{number:6} {counted}")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def empty(clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    """A Datadog where nothing has happened yet."""
    async with asking(a_sandbox(clock=clock)) as client:
        yield client


@pytest.fixture
async def alerting(empty: httpx.AsyncClient) -> httpx.AsyncClient:
    """With the bad deployment's alert at NOON, which is now."""
    await empty.post("/sandbox/scenarios/bad-deploy/load")
    return empty


@pytest.fixture(scope="module")
async def datadog() -> AsyncIterator[httpx.AsyncClient]:
    """As `alerting`, but one for all tests of a file: for questions only."""
    async with asking(a_sandbox()) as client:
        await client.post("/sandbox/scenarios/bad-deploy/load")
        yield client
