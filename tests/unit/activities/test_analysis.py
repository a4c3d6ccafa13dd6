"""Rules explain for nothing, and only what is borne out remains."""

from datetime import timedelta
from decimal import Decimal

import pytest
from temporalio.testing import ActivityEnvironment

from activities.analysis import AnalysisActivities
from activities.incidents import IncidentActivities
from domain.analysis import AnalystKind, Outcome
from domain.errors import Broken
from domain.rules_analyst import RulesAnalyst
from tests.factories import a_claim, a_draft, a_turn, an_explanation
from tests.fakes.telemetry import FakeTally
from tests.unit.activities.desk import KEY, Desk

ENVIRONMENT = ActivityEnvironment()


def steps_of(desk: Desk) -> AnalysisActivities:
    return AnalysisActivities(desk.incidents, desk.analyses, desk.transcripts, rules=RulesAnalyst())


async def test_the_rules_say_why_they_stepped_in() -> None:
    desk = await Desk.opened()

    author = await ENVIRONMENT.run(steps_of(desk).apply_rules, KEY, "Claude is overloaded")

    assert author.analyst is AnalystKind.RULES
    assert author.instead_of_claude == "Claude is overloaded"


async def test_what_claude_was_paid_before_the_rules_stepped_in_stays_on_the_bill() -> None:
    desk = await Desk.opened()
    for number in (1, 2):
        await desk.transcripts.save_turn(KEY, a_turn(number=number), Decimal(0))

    author = await ENVIRONMENT.run(steps_of(desk).apply_rules, KEY, "Claude went away")

    assert (author.turns, author.usage.input_tokens) == (2, 2000)
    assert author.dollars == Decimal("0.006")


async def test_an_invented_quote_ends_inconclusive_with_its_claim_removed() -> None:
    invented = an_explanation(claims=(a_claim(quote="words that stand nowhere"),))
    desk = await Desk.opened()
    await desk.analyses.save_draft(KEY, a_draft(explanation=invented))

    result = await ENVIRONMENT.run(steps_of(desk).check_claims, KEY)

    (record,) = await desk.analyses.list_analyses(7)
    assert result.outcome is Outcome.INCONCLUSIVE
    assert record.conclusion
    assert (record.conclusion.claims, record.conclusion.dropped_claims) == ((), 1)


async def test_there_is_no_conclusion_without_a_draft() -> None:
    desk = await Desk.opened()

    with pytest.raises(Broken, match="no draft"):
        await ENVIRONMENT.run(steps_of(desk).check_claims, KEY)


async def test_a_secret_that_a_model_deciphered_stays_behind() -> None:
    key = "AKIA" + "QWERTYUIOP234567"
    told = an_explanation(summary=f"The key {key} was used.", claims=())
    desk = await Desk.opened()
    await desk.analyses.save_draft(KEY, a_draft(explanation=told))

    await ENVIRONMENT.run(steps_of(desk).check_claims, KEY)

    (record,) = await desk.analyses.list_analyses(7)
    assert record.conclusion
    assert key not in record.model_dump_json()


async def test_an_analysis_is_counted_once_with_the_time_it_took() -> None:
    desk, tally = await Desk.opened(), FakeTally()
    await desk.analyses.save_draft(KEY, a_draft())
    steps = steps_of(desk).counted_by(tally)
    desk.state.now += timedelta(seconds=40)

    for _ in range(2):
        await ENVIRONMENT.run(steps.check_claims, KEY)

    assert tally.counted == {"analysis INCONCLUSIVE rules": 1}
    assert tally.took == [timedelta(seconds=40)]


async def test_an_analysis_that_failed_is_counted() -> None:
    desk, tally = await Desk.opened(), FakeTally()
    steps = IncidentActivities(desk.incidents, desk.analyses).counted_by(tally)

    await ENVIRONMENT.run(steps.note_failed_analysis, KEY, "nobody could say")

    assert tally.counted == {"analysis failed": 1}
