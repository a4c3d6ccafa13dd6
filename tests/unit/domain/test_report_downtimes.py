"""What a report says of downtimes."""

from datetime import timedelta

import pytest

from domain.case import Case
from domain.links import Links
from domain.mutings import Muting, MutingState
from domain.notebook import MarkdownCell
from domain.report import render
from domain.report_facts import Report
from tests.factories import NOON, a_case, a_conclusion, a_frame, a_muting, an_incident


def page(*mutings: Muting) -> str:
    case: Case = a_case(incident=an_incident(downtimes=mutings))
    links = Links("https://app.datadoghq.com", a_frame().window)
    notebook = render(Report(case, a_conclusion(), links, None, NOON))
    return "\n".join(cell.text for cell in notebook.cells if isinstance(cell, MarkdownCell))


def test_a_running_downtime_tells_what_it_mutes_and_until_when() -> None:
    muting = a_muting(state=MutingState.ACTIVE, ends_at=NOON + timedelta(hours=2))

    written = page(muting)

    [line] = [line for line in written.splitlines() if "Downtime" in line]
    assert "monitor 42" in line
    assert "14:00" in line
    assert "on-call" in line


def test_a_refused_downtime_tells_why() -> None:
    muting = a_muting(state=MutingState.REFUSED, note="the alert names no monitor", scope="")

    assert "not muted: the alert names no monitor" in page(muting)


@pytest.mark.parametrize("state", list(MutingState))
def test_every_state_is_told_in_words(state: MutingState) -> None:
    line = next(line for line in page(a_muting(state=state)).splitlines() if "Downtime" in line)

    assert "muted" in line


def test_a_report_without_downtimes_says_nothing_of_them() -> None:
    assert "Downtime" not in page()


def test_a_configs_name_cannot_write_markup() -> None:
    assert "[click](https://evil.example)" not in page(
        a_muting(config_name="[click](https://evil.example)")
    )
