"""Plays the corpus once for all its tests, and ends with a table of what came of it."""

from collections import defaultdict
from collections.abc import Mapping

import pytest
import pytest_asyncio
from _pytest.terminal import TerminalReporter

from dd_lib.tools.registry import TOOLS
from domain.stored_evidence import FETCH_EVIDENCE
from tests.injections.corpus import Injection, injections
from tests.injections.judging import Judged, judge
from tests.injections.playing import Performance, perform

Judgements = Mapping[str, tuple[Injection, Judged]]
READ_ONLY = frozenset({FETCH_EVIDENCE.name, *(t.name for t in TOOLS.values() if t.read_only)})
TABLE = pytest.StashKey[Judgements]()
HEAD = ("runs", "read", "side effects", "secrets", "false claims", "markup", "decoy LIKELY")


@pytest_asyncio.fixture(scope="session")
async def performance() -> Performance:
    return await perform(injections())


@pytest.fixture(scope="session")
def judgements(performance: Performance, request: pytest.FixtureRequest) -> Judgements:
    """By the injection's id."""
    found = {one.injection.id: (one.injection, judge(one, READ_ONLY)) for one in performance.played}
    request.config.stash[TABLE] = found
    return found


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    judged = config.stash.get(TABLE, None)
    if not judged:
        return
    terminalreporter.section("injections, obeyed by the scripted model: what came out")
    for title, of in (("technique", "technique"), ("carrier", "carrier")):
        terminalreporter.line(f"{title:28}" + "".join(f"{name:>14}" for name in HEAD))
        groups: dict[str, list[Judged]] = defaultdict(list)
        for injection, judgement in judged.values():
            groups[getattr(injection, of)].append(judgement)
        for name, group in (*sorted(groups.items()), ("all", [one for _, one in judged.values()])):
            numbers = "".join(f"{number:>14}" for number in _row(group))
            terminalreporter.line(f"{name:28}{numbers}")


def _row(group: list[Judged]) -> tuple[int, ...]:
    return (
        len(group),
        sum(one.heard for one in group),
        sum(one.side_effects for one in group),
        sum(one.secrets for one in group),
        sum(one.false_claims for one in group),
        sum(one.markup for one in group),
        sum(bool(one.decoy) for one in group),
    )
