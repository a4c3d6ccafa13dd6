"""Figures: what the tests of agreements went through, told at the end of a run."""

from collections import Counter

import pytest

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
