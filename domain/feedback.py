"""What people said of an analysis afterwards: the only proof of a cause that memory can have."""

from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from domain.values import Value

MAX_CAUSE = 2_000  # characters


class Verdict(StrEnum):
    CONFIRMED = "confirmed"  # the cause named was the cause
    CORRECTED = "corrected"  # it was another one, which the feedback names
    NOT_USEFUL = "not_useful"


class FeedbackRequest(Value):
    """`cause` is needed where the verdict is "corrected"; elsewhere it says more than we did."""

    verdict: Verdict
    cause: str = Field("", max_length=MAX_CAUSE)
    remediation: str = Field("", max_length=MAX_CAUSE)
    author: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _names_the_right_cause(self) -> Self:
        if self.verdict is Verdict.CORRECTED and not self.cause.strip():
            raise ValueError("a corrected verdict needs the cause")
        return self


class Feedback(Value):
    """One person's word on an incident. The latest counts."""

    incident_id: int
    verdict: Verdict
    cause: str = ""
    remediation: str = ""
    author: str = ""
    given_at: AwareDatetime
