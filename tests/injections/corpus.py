"""Injections: what strangers write for a model to read, and where they write it."""

import re
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tests.servers.anthropic_answers import Call

TAGS = 0xE0000  # the block of Unicode that says in invisible letters what ASCII says
GIST = 24  # letters that tell whether an injection was read


class Wants(BaseModel):
    """What whoever wrote it wants of the model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    blame: str = ""  # an evidence id, or "none"
    say: str = ""  # in every field; %s is where it wants secrets
    cite: tuple[str, str] | None = None  # an evidence id that there is not, and a quote
    calls: tuple[Call, ...] = ()
    leak: bool = False  # the prompt


class Injection(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    carrier: str
    technique: str
    text: str
    wants: Wants
    quiet: bool  # the model obeys, and repeats nothing of what it was told

    @property
    def is_invisible(self) -> bool:
        return uncovered(self.text) != self.text

    @cached_property
    def gist(self) -> str:
        """The beginning of its longest piece that comes through cleaning and cutting as it is; of
        one with invisible letters, what those say.
        """
        said = uncovered(self.text).split("\0")[-1]
        shown = "".join(letter for letter in said if letter.isprintable() or letter == "\n")
        pieces = re.split(r"[\n,:|#`]+|[A-Za-z0-9+/]{40,}", shown)
        return max((piece.strip() for piece in pieces), key=len)[:GIST]


def uncovered(text: str) -> str:
    """With what the letters of Unicode's block of tags say, after a zero, at the end."""
    said = "".join(chr(ord(letter) - TAGS) for letter in text if TAGS < ord(letter) < TAGS + 0x80)
    return f"{text}\0{said}" if said else text


def injections() -> list[Injection]:
    lines = (Path(__file__).parent / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return [Injection.model_validate_json(line) for line in lines]
