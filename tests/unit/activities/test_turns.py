"""A turn is paid once, whatever fails around it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from temporalio.testing import ActivityEnvironment

from activities.turns import TurnActivities
from domain.analysis import AnalystKind
from domain.errors import Misconfigured, Unavailable, UnexpectedReply
from domain.evidence import SourceStatus
from domain.investigation import DailyBudget, ToolDescription
from tests.factories import NOON, a_log_line, a_turn, an_alert, an_explanation
from tests.fakes.investigator import FakeInvestigator, Say
from tests.fakes.telemetry import FakeTally
from tests.fakes.toolbox import FakeToolbox
from tests.unit.activities.desk import KEY, Desk

ENVIRONMENT = ActivityEnvironment()
ASKS = Say(calls=("search_logs",))
CONCLUDES = Say(explanation=an_explanation())


def steps_of(
    desk: Desk, claude: FakeInvestigator | None, toolbox: FakeToolbox | None = None
) -> TurnActivities:
    return TurnActivities(
        desk.incidents,
        desk.analyses,
        desk.transcripts,
        claude,
        toolbox or FakeToolbox(),
        lambda: desk.state.now,
    )


async def test_a_repeat_finds_the_stored_turn() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(ASKS)

    first = await ENVIRONMENT.run(steps_of(desk, claude).take_turn, KEY, 1, "")
    second = await ENVIRONMENT.run(steps_of(desk, claude).take_turn, KEY, 1, "")

    assert first == second
    assert len(claude.asked) == 1


async def test_an_answer_that_was_not_stored_waits_for_the_retry() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(ASKS)
    desk.transcripts.refuses = [Unavailable("PostgreSQL restarts")]
    steps = steps_of(desk, claude)
    with pytest.raises(Unavailable):
        await ENVIRONMENT.run(steps.take_turn, KEY, 1, "")

    outcome = await ENVIRONMENT.run(steps.take_turn, KEY, 1, "")

    assert outcome.calls == ("search_logs",)
    assert len(claude.asked) == 1


async def test_a_turn_is_stored_with_its_price() -> None:
    desk = await Desk.opened()

    await ENVIRONMENT.run(steps_of(desk, FakeInvestigator(ASKS)).take_turn, KEY, 1, "")

    assert await desk.transcripts.spent_since(NOON) == Decimal("0.003")


async def test_a_model_without_a_price_counts_as_the_dearest() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(ASKS, model="claude-nobody")

    outcome = await ENVIRONMENT.run(steps_of(desk, claude).take_turn, KEY, 1, "")

    assert outcome.dollars == Decimal("0.015")


async def test_a_conclusion_lost_before_its_draft_was_stored_is_stored_by_the_retry() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(CONCLUDES)
    await desk.transcripts.save_turn(KEY, a_turn(explanation=an_explanation()), Decimal(0))

    await ENVIRONMENT.run(steps_of(desk, claude).take_turn, KEY, 1, "")

    draft = await desk.analyses.get_draft(KEY)
    assert draft
    assert draft.authorship.analyst is AnalystKind.CLAUDE
    assert claude.asked == []


async def test_a_turn_reads_only_what_was_said_before_it() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(ASKS)
    for number in (1, 3):
        await desk.transcripts.save_turn(KEY, a_turn(number=number), Decimal(0))

    await ENVIRONMENT.run(steps_of(desk, claude).take_turn, KEY, 2, "")

    assert [turn.number for turn in claude.asked[0].transcript.turns] == [1]


async def test_alerts_that_join_meanwhile_change_no_word_of_the_case() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(ASKS)
    prepared = await desk.prepared()
    desk.join(an_alert(event_id="late"))

    await ENVIRONMENT.run(steps_of(desk, claude).take_turn, KEY, 1, "")

    assert claude.asked[0].case.alerts == prepared.alerts


async def test_yesterdays_turns_leave_todays_budget_alone() -> None:
    desk = await Desk.opened(daily=DailyBudget(dollars=Decimal(1)))
    await desk.transcripts.save_turn(KEY, a_turn(number=9), Decimal(1))
    desk.state.now = NOON + timedelta(hours=12)

    outcome = await ENVIRONMENT.run(steps_of(desk, FakeInvestigator(ASKS)).take_turn, KEY, 1, "")

    assert outcome.refused == ""


async def test_calls_beyond_the_eighth_are_answered_without_asking() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(Say(calls=("search_logs",) * 9))

    outcome = await ENVIRONMENT.run(steps_of(desk, claude).take_turn, KEY, 1, "")

    (declined,) = (await desk.transcripts.get_transcript(KEY)).results
    assert len(outcome.calls) == 8
    assert (declined.index, declined.status) == (8, SourceStatus.COULD_NOT_ASK)


async def test_stored_evidence_can_be_read_beside_what_the_toolbox_offers() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(ASKS)

    await ENVIRONMENT.run(steps_of(desk, claude).take_turn, KEY, 1, "")

    names = [tool.name for tool in claude.asked[0].tools]
    assert names == ["search_logs", "query_metrics", "fetch_evidence"]


async def test_an_analysis_keeps_the_tools_that_its_first_turn_was_offered() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(ASKS, ASKS)
    await ENVIRONMENT.run(steps_of(desk, claude).take_turn, KEY, 1, "")
    grown = FakeToolbox()
    grown.added = (ToolDescription(name="count_errors", description="New.", parameters={}),)

    await ENVIRONMENT.run(steps_of(desk, claude, grown).take_turn, KEY, 2, "")

    first, second = (asked.tools for asked in claude.asked)
    assert first == second


async def test_secrets_reach_neither_case_nor_digest() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(ASKS)
    await desk.found_logs(a_log_line(message="denied for AKIAIOSFODNN7EXAMPLE at s3"))

    await ENVIRONMENT.run(steps_of(desk, claude).take_turn, KEY, 1, "")

    (asked,) = claude.asked
    assert "AKIA" not in asked.case.model_dump_json() + asked.digest.model_dump_json()


async def test_a_worker_without_a_key_says_so_instead_of_guessing() -> None:
    desk = await Desk.opened()

    with pytest.raises(Misconfigured, match="ANTHROPIC_API_KEY"):
        await ENVIRONMENT.run(steps_of(desk, None).take_turn, KEY, 1, "")


async def test_a_run_from_before_there_were_turns_gets_its_one_answer() -> None:
    desk, claude = await Desk.opened(), FakeInvestigator(CONCLUDES)

    author = await ENVIRONMENT.run(steps_of(desk, claude).ask_claude, KEY)

    assert author.analyst is AnalystKind.CLAUDE
    assert claude.asked[0].conclude


async def test_such_a_run_is_told_when_there_is_no_answer() -> None:
    desk = await Desk.opened()

    with pytest.raises(UnexpectedReply, match="no conclusion"):
        await ENVIRONMENT.run(steps_of(desk, FakeInvestigator(Say())).ask_claude, KEY)


async def test_a_turn_is_counted_when_it_is_paid_and_its_repeat_as_spared() -> None:
    desk, claude, tally = await Desk.opened(), FakeInvestigator(ASKS), FakeTally()
    steps = steps_of(desk, claude).counted_by(tally)

    for _ in range(2):
        await ENVIRONMENT.run(steps.take_turn, KEY, 1, "")

    ((_, usage, dollars),) = tally.paid
    assert (usage.input_tokens, dollars) == (1000, Decimal("0.003"))
    assert tally.counted == {"repeat turn": 1}
