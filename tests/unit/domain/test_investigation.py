"""When an investigation must end, and what it cost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.analysis import AnalystKind, Authorship, Usage
from domain.investigation import (
    Budget,
    DailyBudget,
    Spent,
    Transcript,
    TurnOutcome,
    bounded_cost,
    why_conclude,
    with_costs,
)
from tests.factories import NOON, a_tool_result, a_turn

BUDGET = Budget(turns=5, tokens=1000, dollars=Decimal(1), time=timedelta(minutes=10))


def reason(spent: Spent, minutes: float = 1) -> str:
    return why_conclude(BUDGET, spent, began=NOON, now=NOON + timedelta(minutes=minutes))


def test_there_is_room_for_questions_at_first() -> None:
    assert reason(Spent()) == ""


@pytest.mark.parametrize(
    ("spent", "minutes", "why"),
    [
        (Spent(turns=4), 1, "the limit of 5 turns is reached"),
        (Spent(tokens=1000), 1, "the limit of 1,000 tokens is reached"),
        (Spent(dollars=Decimal(1)), 1, "the limit of 1 dollars is reached"),
        (Spent(), 10, "the limit of 10 minutes is reached"),
    ],
)
def test_each_limit_ends_the_questions(spent: Spent, minutes: float, why: str) -> None:
    assert reason(spent, minutes) == why


def test_one_turn_is_kept_for_the_conclusion() -> None:
    assert reason(Spent(turns=3)) == ""
    assert reason(Spent(turns=4)) != ""


def test_what_is_spent_adds_up() -> None:
    spent = Spent().plus(TurnOutcome(number=1, tokens=10, dollars=Decimal("0.5")))

    assert spent.plus(TurnOutcome(number=2, tokens=5)) == Spent(
        turns=2, tokens=15, dollars=Decimal("0.5")
    )


@pytest.mark.parametrize(("limit", "reached"), [(None, False), (5, True), (6, False)])
def test_a_day_without_a_limit_never_ends(limit: int | None, reached: bool) -> None:
    daily = DailyBudget(dollars=None if limit is None else Decimal(limit))

    assert daily.is_reached(Decimal(5)) is reached


def test_an_unknown_model_costs_as_much_as_the_dearest() -> None:
    usage = Usage(output_tokens=1_000_000)

    assert bounded_cost("claude-nobody", usage) == bounded_cost("claude-fable-5-1", usage) == 50


def test_a_bill_adds_up_every_turn_by_its_own_model() -> None:
    turns = (a_turn(), a_turn(number=2, model="claude-opus-5-5"))

    bill = with_costs(Authorship(analyst=AnalystKind.CLAUDE), turns)

    assert (bill.turns, bill.usage.input_tokens) == (2, 2000)
    assert bill.dollars == Decimal("0.003") + Decimal("0.006")


def test_a_turn_knows_only_what_came_before_it() -> None:
    whole = Transcript(
        turns=(a_turn(), a_turn(number=2)), results=(a_tool_result(), a_tool_result(turn=2))
    )

    assert whole.before(2) == Transcript(turns=(a_turn(),), results=(a_tool_result(),))


def test_results_come_in_the_order_of_the_calls() -> None:
    results = (a_tool_result(index=1), a_tool_result(index=0), a_tool_result(turn=2))

    assert [r.index for r in Transcript(results=results).results_of(1)] == [0, 1]
