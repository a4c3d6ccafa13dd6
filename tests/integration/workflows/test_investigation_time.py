"""How long an investigation may take, on a clock that skips what nobody does."""

from datetime import timedelta

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from domain.analysis import AnalysisKey, AnalysisRequest, AnalysisResult, AnalystKind
from domain.errors import Unavailable
from domain.investigation import Budget
from tests.factories import an_explanation, an_incident
from tests.fakes.investigator import FakeInvestigator, Say
from tests.fakes.toolbox import FakeToolbox
from tests.integration.workflows.world import World
from workflows import ids
from workflows.policies import TaskQueue
from workflows.root_cause_analysis import RootCauseAnalysis

KEY = AnalysisKey(incident_id=7, number=1)
ASKS = Say(calls=("search_logs",))
CONCLUDES = Say(explanation=an_explanation())
OVERLOADED = Unavailable("Claude is overloaded")

Handle = WorkflowHandle[RootCauseAnalysis, AnalysisResult]


async def analyse(world: World) -> tuple[AnalysisResult, timedelta]:
    """The result of one analysis alone, and how long it took."""
    world.incidents.add(an_incident())
    async with world.running():
        handle: Handle = await world.temporal.start_workflow(
            RootCauseAnalysis.run,
            AnalysisRequest(key=KEY),
            id=ids.root_cause_analysis(KEY),
            task_queue=TaskQueue.RAYNE,
        )
        result = await handle.result()
    told = await handle.describe()
    assert told.close_time
    return result, told.close_time - told.start_time


async def why_not_claude(world: World) -> str:
    (record,) = await world.analyses.list_analyses(KEY.incident_id)
    assert record.conclusion
    return record.conclusion.authorship.instead_of_claude


async def test_a_claude_that_stays_away_is_waited_for_until_the_deadline_and_no_longer(
    skipping: WorkflowEnvironment,
) -> None:
    away = FakeInvestigator(CONCLUDES, fails_with=OVERLOADED)
    world = World(skipping.client, claude=away)

    result, took = await analyse(world)

    assert result.analyst is AnalystKind.RULES
    assert "Claude is overloaded" in await why_not_claude(world)
    assert timedelta(minutes=14) < took < timedelta(minutes=16)


async def test_one_that_comes_back_within_the_deadline_goes_on(
    skipping: WorkflowEnvironment,
) -> None:
    away_for_minutes: list[Unavailable | None] = [None, *[OVERLOADED] * 12]
    claude = FakeInvestigator(ASKS, CONCLUDES, fails_with=away_for_minutes)

    result, took = await analyse(World(skipping.client, claude=claude))

    assert result.analyst is AnalystKind.CLAUDE
    assert took > timedelta(minutes=3)


async def test_questions_that_nobody_answers_use_up_the_time_and_not_more(
    skipping: WorkflowEnvironment,
) -> None:
    silent = FakeToolbox(fails_with={"search_logs": Unavailable("Datadog is down")})
    claude = FakeInvestigator(*[ASKS] * 50, CONCLUDES)
    budget = Budget(turns=100, time=timedelta(minutes=1))
    world = World(skipping.client, claude=claude, toolbox=silent, budget=budget)

    _, took = await analyse(world)

    assert claude.asked[-1].conclude == "the limit of 1 minutes is reached"
    assert took < timedelta(minutes=3)


async def test_the_deadline_is_of_all_turns_together(skipping: WorkflowEnvironment) -> None:
    now_and_then: list[Unavailable | None] = [OVERLOADED, OVERLOADED, None] * 100
    claude = FakeInvestigator(ASKS, fails_with=now_and_then)
    world = World(
        skipping.client,
        claude=claude,
        budget=Budget(turns=100),
        model_deadline=timedelta(seconds=30),
    )

    result, took = await analyse(world)

    assert result.analyst is AnalystKind.RULES
    assert took < timedelta(minutes=1)
