"""The shape of Datadog's answers: strict on what we read, indifferent to the rest."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, model_validator

MAX_QUOTED = 200  # characters of somebody else's text in a sentence of ours


class Answer(BaseModel):
    """A part of an answer. Unknown fields are ignored, null means absent, and an id sent as a
    number is text.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True
    )

    @model_validator(mode="before")
    @classmethod
    def _null_means_absent(cls, given: object) -> object:
        if isinstance(given, dict):
            return {name: value for name, value in given.items() if value is not None}
        return given


def one_line(text: str) -> str:
    """Foreign text, fit for an error or a note: one printable line, cut short."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= MAX_QUOTED else f"{line[: MAX_QUOTED - 1]}…"


def iso(moment: datetime) -> str:
    """A moment as Datadog's searches take it: UTC, milliseconds, with its offset."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def milliseconds(moment: datetime) -> int:
    """A moment as Datadog's metrics take it, since 1970."""
    return round(moment.timestamp() * 1000)
