"""Scoring analyses of incidents whose cause is known, without a judge.

An answer is complete before anything here sees what was expected of it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from domain.analysis import NO_CULPRIT
from domain.values import Value


class Expected(Value, extra="ignore"):
    """What a scenario holds to be true. Changes are Datadog's event ids."""

    culprit_change: str  # or "none"
    first_failing_service: str = ""  # "" where nothing failed
    decoy_changes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

    @property
    def has_culprit(self) -> bool:
        return self.culprit_change != NO_CULPRIT


class Answer(Value):
    """What one analyst said of one scenario, and what that took. Written before it is scored."""

    scenario: str
    culprit_change: str = NO_CULPRIT
    first_failing_service: str = ""
    outcome: str = ""
    claims: int = 0  # that the report shows
    valid_claims: int = 0  # of those, the ones whose quote stands in the evidence they cite
    dropped_claims: int = 0  # that code took out before the report
    shown_changes: tuple[str, ...] | None = None  # in the digest; None: no digest was needed
    tokens: int = 0
    dollars: Decimal = Decimal(0)
    seconds: float = 0.0
    problem: str = ""  # why there is no answer: such a one is never right


class Grade(Value):
    """One answer against what was expected. None: that question does not arise."""

    scenario: str
    answer: Answer
    culprit_right: bool | None
    none_right: bool | None
    decoy_convicted: bool
    first_failing_right: bool
    culprit_shown: bool | None

    @property
    def is_right(self) -> bool:
        return bool(self.culprit_right or self.none_right)


class Share(Value):
    """Some of so many."""

    some: int
    of: int

    @property
    def ratio(self) -> float | None:
        return self.some / self.of if self.of else None


class Score(Value):
    """What an analyst is worth over many scenarios."""

    analyst: str
    right: Share  # of all: the culprit named, or "none" where there is none
    culprits: Share
    none_cases: Share
    decoys_convicted: Share  # of all
    first_failing: Share
    culprits_shown: Share
    citations: Share
    dropped_claims: int
    tokens: int
    dollars: Decimal
    seconds: float
    unanswered: int


def grade(answer: Answer, expected: Expected) -> Grade:
    answered = not answer.problem
    named_right = answered and answer.culprit_change == expected.culprit_change
    shown = answer.shown_changes
    return Grade(
        scenario=answer.scenario,
        answer=answer,
        culprit_right=named_right if expected.has_culprit else None,
        none_right=None if expected.has_culprit else named_right,
        decoy_convicted=answer.culprit_change in expected.decoy_changes,
        first_failing_right=answered
        and answer.first_failing_service == expected.first_failing_service,
        culprit_shown=expected.culprit_change in shown
        if expected.has_culprit and shown is not None
        else None,
    )


def score(analyst: str, grades: Sequence[Grade]) -> Score:
    answers = [one.answer for one in grades]
    return Score(
        analyst=analyst,
        right=_share(one.is_right for one in grades),
        culprits=_share(one.culprit_right for one in grades),
        none_cases=_share(one.none_right for one in grades),
        decoys_convicted=_share(one.decoy_convicted for one in grades),
        first_failing=_share(one.first_failing_right for one in grades),
        culprits_shown=_share(one.culprit_shown for one in grades),
        citations=Share(
            some=sum(answer.valid_claims for answer in answers),
            of=sum(answer.claims for answer in answers),
        ),
        dropped_claims=sum(answer.dropped_claims for answer in answers),
        tokens=sum(answer.tokens for answer in answers),
        dollars=sum((answer.dollars for answer in answers), Decimal(0)),
        seconds=sum(answer.seconds for answer in answers),
        unanswered=sum(bool(answer.problem) for answer in answers),
    )


def _share(verdicts: Iterable[bool | None]) -> Share:
    """Of the verdicts that were given."""
    given = [verdict for verdict in verdicts if verdict is not None]
    return Share(some=sum(given), of=len(given))
