"""One notebook per incident, whatever happened to it meanwhile."""

from datetime import timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.notebook import NotebookActivities
from domain.analysis import AnalysisKey
from domain.errors import KeyRefused
from domain.incidents import IncidentState
from domain.notebook import MarkdownCell
from tests.factories import NOON, a_conclusion, a_frame, an_episode, an_incident
from tests.fakes.analyses import FakeAnalyses
from tests.fakes.datadog import FakeDatadog
from tests.fakes.incidents import FakeIncidents
from tests.fakes.reports import FakeReports
from tests.fakes.store_state import FakeState
from tests.fakes.telemetry import FakeTally

KEY = AnalysisKey(incident_id=7, number=1)
ENVIRONMENT = ActivityEnvironment()


class Shelf:
    """A finished analysis, and the steps that write it down."""

    def __init__(self, datadog: FakeDatadog) -> None:
        state = FakeState(now=NOON)
        self.datadog = datadog
        self.incidents = FakeIncidents(state)
        self.analyses = FakeAnalyses(state)
        recovered = an_episode(recovered_at=NOON + timedelta(minutes=9))
        self.incidents.add(an_incident(episodes=(recovered,)))
        self.reports = FakeReports(state)
        self.steps = NotebookActivities(
            datadog,
            self.incidents,
            self.analyses,
            self.reports,
            app_url="https://app.datadoghq.com",
        )

    async def write(self) -> None:
        await ENVIRONMENT.run(self.steps.write_notebook, KEY)

    def only_page(self) -> str:
        (stored,) = self.datadog.notebooks.values()
        return "\n".join(
            cell.text for cell in stored.cells.values() if isinstance(cell, MarkdownCell)
        )


async def a_shelf(datadog: FakeDatadog | None = None) -> Shelf:
    shelf = Shelf(datadog or FakeDatadog())
    await shelf.analyses.open_analysis(a_frame())
    await shelf.analyses.finish_analysis(KEY, (), a_conclusion())
    return shelf


async def test_writing_twice_leaves_one_notebook() -> None:
    shelf = await a_shelf()

    await shelf.write()
    await shelf.write()

    assert len(shelf.datadog.notebooks) == 1


async def test_a_notebook_of_which_we_never_heard_is_found_by_its_key() -> None:
    shelf = await a_shelf()
    await shelf.write()
    (known,) = shelf.datadog.notebooks
    other = await a_shelf(shelf.datadog)

    await other.write()

    assert list(shelf.datadog.notebooks) == [known]
    assert (await other.incidents.get_incident(7)).notebook


async def test_a_deleted_notebook_is_written_anew_with_the_next_report() -> None:
    shelf = await a_shelf()
    await shelf.write()
    shelf.datadog.notebooks.clear()

    await shelf.write()

    assert len(shelf.datadog.notebooks) == 1


async def test_resolving_says_so_and_keeps_what_people_added() -> None:
    shelf = await a_shelf()
    await shelf.write()
    (notebook_id,) = shelf.datadog.notebooks
    shelf.datadog.add_cell(notebook_id, MarkdownCell(text="We failed over by hand."))

    await ENVIRONMENT.run(shelf.steps.resolve_notebook, 7)

    page = shelf.only_page()
    assert "**RESOLVED** after 9 minutes" in page
    assert "We failed over by hand." in page


async def test_a_report_that_comes_after_its_incident_was_closed_says_so() -> None:
    shelf = await a_shelf()
    incident = await shelf.incidents.get_incident(7)
    shelf.incidents.add(incident.model_copy(update={"state": IncidentState.RESOLVED}))

    await shelf.write()

    assert "**RESOLVED** after 9 minutes" in shelf.only_page()


async def test_a_deleted_notebook_is_not_brought_back_by_a_recovery() -> None:
    shelf = await a_shelf()
    await shelf.write()
    shelf.datadog.notebooks.clear()

    resolved = await ENVIRONMENT.run(shelf.steps.resolve_notebook, 7)

    assert resolved is None
    assert shelf.datadog.notebooks == {}


async def test_what_the_notebook_says_is_kept_even_if_datadog_refuses_it() -> None:
    shelf = await a_shelf(FakeDatadog(fails_with=KeyRefused("Datadog refused the keys")))

    with pytest.raises(KeyRefused):
        await shelf.write()

    kept = await shelf.reports.latest_report(7)
    assert kept["root_cause_analysis"]


async def test_a_resolved_report_replaces_the_open_one() -> None:
    shelf = await a_shelf()
    await shelf.write()

    await ENVIRONMENT.run(shelf.steps.resolve_notebook, 7)

    summary = (await shelf.reports.latest_report(7))["summary"]
    assert isinstance(summary, dict)
    assert summary["alert_status"] == "RESOLVED"


async def test_notebooks_are_counted_by_what_was_done_to_them() -> None:
    tally = FakeTally()
    shelf = await a_shelf()
    other = await a_shelf(shelf.datadog)
    shelf.steps.counted_by(tally)
    other.steps.counted_by(tally)

    await shelf.write()
    await shelf.write()
    await other.write()
    await ENVIRONMENT.run(shelf.steps.resolve_notebook, 7)

    assert tally.counted == {
        "notebook created": 1,
        "notebook changed": 2,
        "notebook resolved": 1,
        "repeat notebook": 1,
    }
