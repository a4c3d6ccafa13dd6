"""An investigation: a model's turns, the questions that it asked, and what all of it may cost."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import reduce

from pydantic import AwareDatetime, JsonValue

from domain.analysis import Authorship, Explanation, Usage
from domain.evidence import EvidenceItem, SourceStatus
from domain.pricing import DEAREST, cost_usd
from domain.values import Value


class ToolDescription(Value):
    """A read-only question that a model may ask. `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: dict[str, JsonValue]


class ToolCall(Value):
    """One question as the model put it: unchecked, so `arguments` may be anything."""

    id: str  # the model's, which its answer must name
    name: str
    arguments: dict[str, JsonValue]


class ToolResult(Value):
    """What one call came to. `text` is what the model reads; a quote may be taken from `item`."""

    turn: int
    index: int  # of the call within its turn, from 0
    call_id: str
    tool: str
    status: SourceStatus
    text: str
    item: EvidenceItem | None = None  # None where there is nothing new to cite


class Turn(Value):
    """One finished, paid answer of the model: questions, or the conclusion.

    With neither it was meant as a conclusion and could not be read: the next turn asks again.
    """

    number: int  # from 1
    model: str
    usage: Usage
    content: tuple[dict[str, JsonValue], ...]  # the model's blocks, to be handed back unchanged
    calls: tuple[ToolCall, ...] = ()
    explanation: Explanation | None = None
    forced_by: str = ""  # why no more questions were allowed
    offered: tuple[ToolDescription, ...] = ()  # of the first turn: the tools of the whole analysis


class Transcript(Value):
    """What was said so far, in order."""

    turns: tuple[Turn, ...] = ()
    results: tuple[ToolResult, ...] = ()

    def results_of(self, turn: int) -> tuple[ToolResult, ...]:
        """In the order of the calls."""
        ours = (result for result in self.results if result.turn == turn)
        return tuple(sorted(ours, key=lambda result: result.index))

    def before(self, turn: int) -> "Transcript":
        """What was said before that turn began."""
        return Transcript(
            turns=tuple(one for one in self.turns if one.number < turn),
            results=tuple(result for result in self.results if result.turn < turn),
        )

    def turn(self, number: int) -> Turn | None:
        return next((turn for turn in self.turns if turn.number == number), None)

    @property
    def conclusion(self) -> Explanation | None:
        return self.turns[-1].explanation if self.turns else None


class TurnOutcome(Value):
    """A turn as a history carries it: no word of the model's, only what comes next."""

    number: int
    calls: tuple[str, ...] = ()  # to be asked now: a name for each, for the Temporal web UI
    concluded: bool = False
    forced_by: str = ""  # why it had to be the conclusion
    refused: str = ""  # why no turn was taken, and none will be
    model: str = ""
    tokens: int = 0
    dollars: Decimal = Decimal(0)


class Budget(Value):
    """What one analysis may spend before it must conclude."""

    turns: int = 12
    tokens: int = 600_000  # read and written, cached ones included
    dollars: Decimal = Decimal("2.00")
    time: timedelta = timedelta(minutes=10)


class Spent(Value):
    """What an investigation has cost so far."""

    turns: int = 0
    tokens: int = 0
    dollars: Decimal = Decimal(0)

    def plus(self, outcome: TurnOutcome) -> "Spent":
        return Spent(
            turns=self.turns + 1,
            tokens=self.tokens + outcome.tokens,
            dollars=self.dollars + outcome.dollars,
        )


class DailyBudget(Value):
    """What all analyses of a day (UTC) may spend; None is no limit."""

    dollars: Decimal | None = None

    def is_reached(self, spent: Decimal) -> bool:
        return self.dollars is not None and spent >= self.dollars


def why_conclude(budget: Budget, spent: Spent, *, began: AwareDatetime, now: AwareDatetime) -> str:
    """Why the next turn must be the last one, in words; "" while there is room for questions.

    One turn is kept for the conclusion, so that the number of turns is never passed.
    """
    if spent.turns + 1 >= budget.turns:
        return f"the limit of {budget.turns} turns is reached"
    if spent.tokens >= budget.tokens:
        return f"the limit of {budget.tokens:,} tokens is reached"
    if spent.dollars >= budget.dollars:
        return f"the limit of {budget.dollars} dollars is reached"
    if now - began >= budget.time:
        return f"the limit of {budget.time.total_seconds() / 60:.0f} minutes is reached"
    return ""


def tokens_of(usage: Usage) -> int:
    return (
        usage.input_tokens
        + usage.output_tokens
        + usage.cache_read_tokens
        + usage.cache_write_tokens
    )


def with_costs(authorship: Authorship, turns: Sequence[Turn]) -> Authorship:
    """The same author with what the turns came to."""
    usage = reduce(Usage.plus, (turn.usage for turn in turns), Usage())
    dollars = sum((bounded_cost(turn.model, turn.usage) for turn in turns), Decimal(0))
    return authorship.model_copy(update={"usage": usage, "turns": len(turns), "dollars": dollars})


def bounded_cost(model: str, usage: Usage) -> Decimal:
    """In dollars. A model without a known price counts as the dearest: a limit must hold."""
    known = cost_usd(model, usage)
    return known if known is not None else (cost_usd(DEAREST, usage) or Decimal(0))
