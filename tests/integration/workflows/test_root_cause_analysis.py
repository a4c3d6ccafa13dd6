"""One analysis on a real Temporal server: what it delivers when roles fail."""

from datetime import timedelta

import pytest
from temporalio.client import Client

from adapters.temporal import bounded
from domain.analysis import AnalysisKey, AnalystKind, Conclusion
from domain.errors import Misconfigured, NotFound, RateLimited, RayneError, Unavailable
from domain.evidence import Source, SourceResult, SourceStatus, Window
from domain.ports import Events
from domain.progress import StepState
from tests.factories import (
    a_datadog_event,
    a_host,
    a_log_line,
    a_monitor,
    a_past_incident,
    a_series,
    an_alert,
    an_explanation,
)
from tests.fakes.datadog import FakeDatadog
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.investigator import FakeInvestigator, Say
from tests.fakes.memory import FakeMemory
from tests.integration.workflows.world import World
from workflows.client import WorkflowClient


def a_full_datadog() -> FakeDatadog:
    return FakeDatadog(
        logs=[a_log_line()],
        events=[a_datadog_event()],
        hosts=[a_host()],
        monitors=[a_monitor()],
        series=[a_series([1.0, 1.0, 9.0])],
    )


def a_concluding_claude(fails_with: RayneError | None = None) -> FakeInvestigator:
    return FakeInvestigator(Say(explanation=an_explanation()), fails_with=fails_with)


async def result_of(world: World) -> tuple[Conclusion, dict[Source, SourceResult]]:
    """Delivers one alert and waits: its conclusion, and how asking each source ended."""
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)
    (record,) = await world.analyses.list_analyses(incident_id)
    assert record.conclusion is not None
    return record.conclusion, {result.source: result for result in record.sources}


async def test_an_alert_ends_in_one_notebook_and_a_memory(temporal: Client) -> None:
    world = World(temporal, datadog=a_full_datadog())

    _, sources = await result_of(world)

    assert {source.status for source in sources.values()} == {
        SourceStatus.FOUND,
        SourceStatus.NOTHING,
    }
    assert len(world.datadog.notebooks) == 1
    assert len(world.memory.remembered) == 1


async def test_a_silent_source_is_told_apart_from_an_empty_one(temporal: Client) -> None:
    datadog = FakeDatadog(fails_with={"search_logs": Misconfigured("Datadog refused DD_API_KEY")})

    conclusion, sources = await result_of(World(temporal, datadog=datadog))

    assert sources[Source.LOGS].status is SourceStatus.COULD_NOT_ASK
    assert sources[Source.LOGS].note == "Datadog refused DD_API_KEY"
    assert sources[Source.EVENTS].status is SourceStatus.NOTHING
    assert any("logs" in gap for gap in conclusion.missing_evidence)


class CrowdedDatadog(FakeDatadog):
    """Has no room for a search until it was asked `times` times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.turned_away = 0
        self._times = times

    async def search_events(self, query: str, window: Window, *, limit: int) -> Events:
        if self.turned_away < self._times:
            self.turned_away += 1
            raise RateLimited("used up", retry_after=timedelta(milliseconds=10))
        return await super().search_events(query, window, limit=limit)


async def test_a_source_that_is_rate_limited_is_asked_until_its_turn_comes(
    temporal: Client,
) -> None:
    crowded = CrowdedDatadog(times=8)

    _, sources = await result_of(World(temporal, datadog=crowded))

    assert crowded.turned_away == 8
    assert sources[Source.EVENTS].status is SourceStatus.NOTHING


@pytest.mark.parametrize("error", [Unavailable("Qdrant is down"), Misconfigured("bad folder")])
async def test_a_report_comes_without_memory(temporal: Client, error: RayneError) -> None:
    world = World(temporal, memory=FakeMemory(fails_with=error))

    _, sources = await result_of(world)

    assert sources[Source.SIMILAR].status is SourceStatus.COULD_NOT_ASK
    assert len(world.datadog.notebooks) == 1


async def test_without_an_embedder_memory_is_searched_by_words(temporal: Client) -> None:
    memory = FakeMemory()
    await memory.remember(a_past_incident(text="Error rate is high checkout"), None)
    world = World(
        temporal, memory=memory, embedder=FakeEmbedder(fails_with=Unavailable("Ollama is down"))
    )

    _, sources = await result_of(world)

    assert sources[Source.SIMILAR].status is SourceStatus.FOUND


async def test_claude_is_asked_first_where_there_is_a_key(temporal: Client) -> None:
    claude = a_concluding_claude()
    world = World(temporal, claude=claude)

    conclusion, _ = await result_of(world)

    assert len(claude.asked) == 1
    assert conclusion.authorship.analyst is AnalystKind.CLAUDE


async def test_the_rules_step_in_for_claude_and_say_why(temporal: Client) -> None:
    refused = a_concluding_claude(fails_with=Misconfigured("Claude refused ANTHROPIC_API_KEY"))

    conclusion, _ = await result_of(World(temporal, claude=refused))

    assert conclusion.authorship.analyst is AnalystKind.RULES
    assert conclusion.authorship.instead_of_claude == "Claude refused ANTHROPIC_API_KEY"


async def test_the_rules_step_in_once_claude_stays_away_past_the_deadline(
    temporal: Client,
) -> None:
    overloaded = a_concluding_claude(fails_with=Unavailable("Claude is overloaded"))
    world = World(temporal, claude=overloaded, model_deadline=timedelta(seconds=1))

    conclusion, _ = await result_of(world)

    assert conclusion.authorship.analyst is AnalystKind.RULES
    assert "Claude is overloaded" in conclusion.authorship.instead_of_claude


async def test_a_lost_answer_to_creating_the_notebook_leaves_one_notebook(
    temporal: Client,
) -> None:
    world = World(temporal, datadog=FakeDatadog(loses_answers=True))

    await result_of(world)

    assert len(world.datadog.notebooks) == 1


async def test_a_refused_notebook_loses_no_analysis(temporal: Client) -> None:
    datadog = FakeDatadog(fails_with={"create_notebook": NotFound("no notebooks here")})

    conclusion, _ = await result_of(World(temporal, datadog=datadog))

    assert conclusion.outcome


async def test_secrets_in_logs_reach_neither_claude_nor_notebook_nor_memory(
    temporal: Client,
) -> None:
    secret = "AKIAIOSFODNN7EXAMPLE"
    datadog = FakeDatadog(logs=[a_log_line(message=f"denied for {secret} at s3")])
    claude = a_concluding_claude()
    world = World(temporal, datadog=datadog, claude=claude)

    await result_of(world)

    leaving = [
        claude.asked[0].case.model_dump_json(),
        claude.asked[0].digest.model_dump_json(),
        *(stored.notebook.model_dump_json() for stored in world.datadog.notebooks.values()),
        *(past.model_dump_json() for past, _ in world.memory.remembered.values()),
        *world.embedder.texts,
    ]
    assert secret in world.datadog.logs[0].message
    assert not [text for text in leaving if secret in text]


async def test_a_run_tells_how_far_it_has_come(temporal: Client) -> None:
    world = World(temporal, datadog=a_full_datadog())
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)

        key = AnalysisKey(incident_id=incident_id, number=1)
        progress = await WorkflowClient(temporal, bounded).progress(key)

    assert {step.state for step in progress.steps} == {StepState.DONE}


async def test_the_web_ui_finds_a_run_by_its_outcome(temporal: Client) -> None:
    world = World(temporal)
    conclusion, _ = await result_of(world)
    query = f'RayneOutcome="{conclusion.outcome}" and RayneService="checkout"'

    async def listed() -> str | None:
        async for execution in temporal.list_workflows(query):
            if execution.id.startswith("rca-"):
                return execution.id
        return None

    assert await world.until(listed) == "rca-1-1"
