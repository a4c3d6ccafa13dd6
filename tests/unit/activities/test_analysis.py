"""Explaining costs once, and only what is borne out remains."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.analysis import AnalysisActivities
from domain.analysis import AnalysisKey, AnalystKind, Authorship, Outcome
from domain.errors import Broken, Misconfigured
from domain.rules_analyst import RulesAnalyst
from tests.factories import NOON, a_claim, a_draft, a_frame, an_explanation, an_incident
from tests.fakes.analyses import FakeAnalyses
from tests.fakes.analyst import FakeAnalyst
from tests.fakes.incidents import FakeIncidents
from tests.fakes.store_state import FakeState

KEY = AnalysisKey(incident_id=7, number=1)
ENVIRONMENT = ActivityEnvironment()


class Desk:
    """One open analysis, and the steps that explain it."""

    def __init__(self, claude: FakeAnalyst | None = None) -> None:
        self.state = FakeState(now=NOON)
        self.analyses = FakeAnalyses(self.state)
        self.incidents = FakeIncidents(self.state)
        self.incidents.add(an_incident())
        self.steps = AnalysisActivities(
            self.incidents, self.analyses, claude=claude, rules=RulesAnalyst()
        )


async def a_desk(claude: FakeAnalyst | None = None) -> Desk:
    desk = Desk(claude)
    await desk.analyses.open_analysis(a_frame())
    return desk


def claudes_draft() -> FakeAnalyst:
    return FakeAnalyst(a_draft(authorship=Authorship(analyst=AnalystKind.CLAUDE, model="m")))


async def test_an_answer_that_is_stored_is_not_paid_twice() -> None:
    claude = claudes_draft()
    desk = await a_desk(claude)

    first = await ENVIRONMENT.run(desk.steps.ask_claude, KEY)
    second = await ENVIRONMENT.run(desk.steps.ask_claude, KEY)

    assert first == second
    assert len(claude.cases) == 1


async def test_a_draft_by_rules_does_not_keep_claude_from_being_asked() -> None:
    claude = claudes_draft()
    desk = await a_desk(claude)
    await ENVIRONMENT.run(desk.steps.apply_rules, KEY, "")

    author = await ENVIRONMENT.run(desk.steps.ask_claude, KEY)

    assert author.analyst is AnalystKind.CLAUDE


async def test_a_worker_without_a_key_says_so_instead_of_guessing() -> None:
    desk = await a_desk()

    with pytest.raises(Misconfigured, match="ANTHROPIC_API_KEY"):
        await ENVIRONMENT.run(desk.steps.ask_claude, KEY)


async def test_the_rules_say_why_they_stepped_in() -> None:
    desk = await a_desk()

    author = await ENVIRONMENT.run(desk.steps.apply_rules, KEY, "Claude is overloaded")

    assert author.instead_of_claude == "Claude is overloaded"


async def test_an_invented_quote_ends_inconclusive_with_its_claim_removed() -> None:
    invented = an_explanation(claims=(a_claim(quote="words that stand nowhere"),))
    desk = await a_desk(FakeAnalyst(a_draft(explanation=invented)))
    await ENVIRONMENT.run(desk.steps.ask_claude, KEY)

    result = await ENVIRONMENT.run(desk.steps.check_claims, KEY)

    (record,) = await desk.analyses.list_analyses(7)
    assert result.outcome is Outcome.INCONCLUSIVE
    assert record.conclusion
    assert (record.conclusion.claims, record.conclusion.dropped_claims) == ((), 1)


async def test_there_is_no_conclusion_without_a_draft() -> None:
    desk = await a_desk()

    with pytest.raises(Broken, match="no draft"):
        await ENVIRONMENT.run(desk.steps.check_claims, KEY)
