"""An investigation on a real Temporal server: turns, questions, budgets, and what fails."""

import json
from datetime import timedelta
from decimal import Decimal

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory

from activities.turns import MOST_CALLS
from adapters.temporal import bounded
from domain.analysis import AnalysisKey, AnalystKind, Conclusion, Outcome, Usage
from domain.errors import InvalidInput, Misconfigured, Unavailable
from domain.evidence import SourceStatus
from domain.investigation import Budget, DailyBudget, Transcript
from tests.factories import a_claim, an_alert, an_explanation
from tests.fakes.investigator import FakeInvestigator, Say
from tests.fakes.toolbox import FakeToolbox
from tests.integration.workflows.world import World
from workflows import ids
from workflows.client import WorkflowClient

KEY = AnalysisKey(incident_id=1, number=1)
ASKS = Say(calls=("search_logs",))
ASKS_TWICE = Say(calls=("search_logs", "query_metrics"))
CONCLUDES = Say(explanation=an_explanation())
UNREADABLE = Say()


async def conclusion_of(world: World) -> Conclusion:
    """Delivers one alert and waits for what its analysis came to."""
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)
    (record,) = await world.analyses.list_analyses(incident_id)
    assert record.conclusion is not None
    return record.conclusion


async def transcript_of(world: World) -> Transcript:
    return await world.transcripts.get_transcript(KEY)


async def history_of(world: World) -> WorkflowHistory:
    return await world.temporal.get_workflow_handle(ids.root_cause_analysis(KEY)).fetch_history()


def summaries(history: WorkflowHistory) -> list[str]:
    """What the web UI shows beside the steps, in the order in which they were scheduled."""
    return [
        event.user_metadata.summary.data.decode().strip('"')
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    ]


async def test_thirty_turns_of_many_long_answers_stay_far_below_what_a_history_may_hold(
    temporal: Client,
) -> None:
    asks = Say(calls=("search_logs",) * MOST_CALLS)
    claude = FakeInvestigator(*[asks] * 29, CONCLUDES)
    toolbox = FakeToolbox(
        {"search_logs": json.dumps({"count": 1, "logs": ["pool exhausted " * 9_000]})}
    )
    world = World(temporal, claude=claude, toolbox=toolbox, budget=Budget(turns=30))

    await conclusion_of(world)

    history = await history_of(world)
    assert len(claude.asked) == 30
    assert len(history.events) < 2_000
    assert sum(event.ByteSize() for event in history.events) < 1_000_000  # 5 MB would be allowed


async def test_what_is_asked_in_a_turn_is_read_in_the_next(temporal: Client) -> None:
    claude = FakeInvestigator(ASKS, ASKS_TWICE, CONCLUDES)
    toolbox = FakeToolbox({"search_logs": '{"count": 1, "logs": ["pool exhausted"]}'})

    await conclusion_of(World(temporal, claude=claude, toolbox=toolbox))

    first, _, last = (asked.transcript for asked in claude.asked)
    assert first == Transcript()
    assert [result.status for result in last.results] == [
        SourceStatus.FOUND,
        SourceStatus.FOUND,
        SourceStatus.NOTHING,
    ]
    assert "pool exhausted" in last.results[0].text


async def test_each_turn_and_each_question_is_a_step_with_a_name(temporal: Client) -> None:
    world = World(temporal, claude=FakeInvestigator(ASKS, ASKS_TWICE, CONCLUDES))

    await conclusion_of(world)

    steps = summaries(await history_of(world))
    first = steps.index("turn 1: Claude thinks")
    assert steps[first : first + 6] == [
        "turn 1: Claude thinks",
        "turn 1: search_logs",
        "turn 2: Claude thinks",
        "turn 2: search_logs",
        "turn 2: query_metrics",
        "turn 3: Claude thinks",
    ]


async def test_the_history_repeats_no_word_of_the_models(temporal: Client) -> None:
    world = World(temporal, claude=FakeInvestigator(Say(calls=("rm -rf /",)), CONCLUDES))

    await conclusion_of(world)

    history = (await history_of(world)).to_json()
    assert "an unknown tool" in " ".join(summaries(await history_of(world)))
    assert "rm -rf" not in history


async def test_a_claim_may_quote_what_a_question_brought(temporal: Client) -> None:
    claim = a_claim(evidence_id="tool-1-1", quote="pool exhausted on db-7")
    claude = FakeInvestigator(ASKS, Say(explanation=an_explanation(claims=(claim,))))
    toolbox = FakeToolbox({"search_logs": '{"count": 1, "logs": ["pool exhausted on db-7"]}'})

    conclusion = await conclusion_of(World(temporal, claude=claude, toolbox=toolbox))

    assert (conclusion.claims, conclusion.dropped_claims) == ((claim,), 0)


async def test_the_report_bills_all_turns(temporal: Client) -> None:
    claude = FakeInvestigator(ASKS, ASKS, CONCLUDES)

    conclusion = await conclusion_of(World(temporal, claude=claude))

    assert conclusion.authorship.turns == 3
    assert conclusion.authorship.usage == Usage(input_tokens=3000, output_tokens=300)
    assert conclusion.authorship.dollars == Decimal("0.009")


async def test_a_wrong_question_is_answered_by_what_is_wrong_with_it(temporal: Client) -> None:
    toolbox = FakeToolbox(fails_with={"search_logs": InvalidInput("limit must be at most 1000")})
    claude = FakeInvestigator(ASKS, CONCLUDES)

    conclusion = await conclusion_of(World(temporal, claude=claude, toolbox=toolbox))

    (result,) = claude.asked[1].transcript.results
    assert result.status is SourceStatus.COULD_NOT_ASK
    assert "at most 1000" in result.text
    assert conclusion.authorship.analyst is AnalystKind.CLAUDE


async def test_a_question_that_fails_for_good_ends_as_data(temporal: Client) -> None:
    toolbox = FakeToolbox(fails_with={"search_logs": Misconfigured("Datadog refused the key")})
    claude = FakeInvestigator(ASKS_TWICE, CONCLUDES)

    conclusion = await conclusion_of(World(temporal, claude=claude, toolbox=toolbox))

    failed, answered = claude.asked[1].transcript.results
    assert (failed.status, failed.item) == (SourceStatus.COULD_NOT_ASK, None)
    assert "Datadog refused the key" in failed.text
    assert answered.status is SourceStatus.NOTHING
    assert conclusion.authorship.analyst is AnalystKind.CLAUDE


async def test_at_most_eight_questions_of_a_turn_reach_datadog(temporal: Client) -> None:
    claude = FakeInvestigator(Say(calls=("search_logs",) * 11), CONCLUDES)
    toolbox = FakeToolbox()

    await conclusion_of(World(temporal, claude=claude, toolbox=toolbox))

    results = claude.asked[1].transcript.results
    assert len(toolbox.questions) == 8
    assert [result.text for result in results[8:]] == ["not asked: at most 8 at once"] * 3


async def test_a_model_that_asks_for_ever_is_told_to_conclude_in_its_last_turn(
    temporal: Client,
) -> None:
    claude = FakeInvestigator(ASKS, ASKS, ASKS, CONCLUDES)

    conclusion = await conclusion_of(World(temporal, claude=claude, budget=Budget(turns=4)))

    assert [asked.conclude for asked in claude.asked] == [
        "",
        "",
        "",
        "the limit of 4 turns is reached",
    ]
    assert conclusion.authorship.analyst is AnalystKind.CLAUDE


async def test_one_that_asks_even_then_is_answered_by_the_rules(temporal: Client) -> None:
    claude, toolbox = FakeInvestigator(ASKS), FakeToolbox()
    world = World(temporal, claude=claude, toolbox=toolbox, budget=Budget(turns=4))

    conclusion = await conclusion_of(world)

    assert len(claude.asked) == 4
    assert len(toolbox.questions) == 3
    assert conclusion.authorship.analyst is AnalystKind.RULES
    assert conclusion.authorship.instead_of_claude == (
        "Claude asked on although the limit of 4 turns is reached"
    )
    assert conclusion.authorship.turns == 4


async def test_dollars_that_are_spent_force_the_conclusion(temporal: Client) -> None:
    claude = FakeInvestigator(ASKS, ASKS, CONCLUDES)
    budget = Budget(dollars=Decimal("0.005"))  # a turn costs 0.003

    await conclusion_of(World(temporal, claude=claude, budget=budget))

    assert [asked.conclude for asked in claude.asked] == [
        "",
        "",
        "the limit of 0.005 dollars is reached",
    ]


async def test_time_that_is_up_forces_the_conclusion(temporal: Client) -> None:
    claude = FakeInvestigator(CONCLUDES)

    await conclusion_of(World(temporal, claude=claude, budget=Budget(time=timedelta(0))))

    assert [asked.conclude for asked in claude.asked] == ["the limit of 0 minutes is reached"]


async def test_a_day_that_is_spent_leaves_the_rules(temporal: Client) -> None:
    claude = FakeInvestigator(CONCLUDES)
    world = World(temporal, claude=claude, daily=DailyBudget(dollars=Decimal(0)))

    conclusion = await conclusion_of(world)

    assert claude.asked == []
    assert conclusion.authorship.instead_of_claude == "the day's limit of 0 dollars is reached"


async def test_a_day_that_is_spent_on_the_way_forces_the_conclusion(temporal: Client) -> None:
    claude = FakeInvestigator(ASKS, CONCLUDES)
    world = World(temporal, claude=claude, daily=DailyBudget(dollars=Decimal("0.003")))

    conclusion = await conclusion_of(world)

    assert claude.asked[1].conclude == "the day's limit of 0.003 dollars is reached"
    assert conclusion.authorship.analyst is AnalystKind.CLAUDE


async def test_a_conclusion_that_cannot_be_read_is_asked_for_once_more(temporal: Client) -> None:
    claude = FakeInvestigator(UNREADABLE, CONCLUDES)

    conclusion = await conclusion_of(World(temporal, claude=claude))

    assert conclusion.authorship.analyst is AnalystKind.CLAUDE


async def test_after_two_such_conclusions_the_rules_step_in(temporal: Client) -> None:
    claude = FakeInvestigator(UNREADABLE)

    conclusion = await conclusion_of(World(temporal, claude=claude))

    assert len(claude.asked) == 2
    assert conclusion.authorship.instead_of_claude == (
        "Claude wrote no conclusion that could be read"
    )


async def test_a_claude_that_goes_away_half_way_is_replaced_and_stays_on_the_bill(
    temporal: Client,
) -> None:
    refused = Misconfigured("Claude refused ANTHROPIC_API_KEY")
    claude = FakeInvestigator(ASKS, fails_with=[None, refused])

    conclusion = await conclusion_of(World(temporal, claude=claude))

    assert conclusion.authorship.analyst is AnalystKind.RULES
    assert conclusion.authorship.instead_of_claude == "Claude refused ANTHROPIC_API_KEY"
    assert conclusion.authorship.turns == 1


async def test_an_overload_that_passes_costs_nothing_but_time(temporal: Client) -> None:
    claude = FakeInvestigator(CONCLUDES, fails_with=[Unavailable("Claude is overloaded"), None])

    conclusion = await conclusion_of(World(temporal, claude=claude))

    assert conclusion.authorship.analyst is AnalystKind.CLAUDE
    assert conclusion.authorship.turns == 1


async def test_an_answer_that_cannot_be_stored_at_once_is_not_paid_twice(
    temporal: Client,
) -> None:
    claude = FakeInvestigator(ASKS, CONCLUDES)
    world = World(temporal, claude=claude)
    world.transcripts.refuses = [Unavailable("PostgreSQL restarts")]

    await conclusion_of(world)

    assert len(claude.asked) == 2


async def test_a_model_without_evidence_for_its_claims_ends_inconclusive(
    temporal: Client,
) -> None:
    invented = an_explanation(claims=(a_claim(quote="words that stand nowhere"),))
    claude = FakeInvestigator(Say(explanation=invented))

    conclusion = await conclusion_of(World(temporal, claude=claude))

    assert (conclusion.outcome, conclusion.claims) == (Outcome.INCONCLUSIVE, ())


async def test_a_run_tells_at_which_turn_it_is(temporal: Client) -> None:
    busy = [None, *[Unavailable("Claude is overloaded", retry_after=timedelta(seconds=1))] * 2]
    world = World(temporal, claude=FakeInvestigator(ASKS, CONCLUDES, fails_with=busy))
    client = WorkflowClient(temporal, bounded)

    async def told() -> str | None:
        steps = {step.name: step.note for step in (await client.progress(KEY)).steps}
        return steps["investigate"] if "turn 2" in steps["investigate"] else None

    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.until(lambda: world.has_analysis(KEY))
        note = await world.until(told)
        await world.analysed(incident_id)

    assert note == "turn 2 of at most 12"
