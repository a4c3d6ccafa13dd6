"""A model that says what the test wants, turn by turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.analysis import Explanation, Usage
from domain.case import Case
from domain.digest import Digest
from domain.errors import RayneError
from domain.investigation import ToolCall, ToolDescription, Transcript, Turn

MODEL = "claude-sonnet-5-5"
USAGE = Usage(input_tokens=1000, output_tokens=100)


@dataclass(frozen=True)
class Asked:
    """What the model was given for one turn."""

    case: Case
    digest: Digest
    transcript: Transcript
    tools: Sequence[ToolDescription]
    conclude: str


@dataclass(frozen=True)
class Say:
    """One turn: questions by tool name, or an explanation; with neither, something unreadable."""

    calls: tuple[str, ...] = ()
    explanation: Explanation | None = None
    usage: Usage = USAGE


class FakeInvestigator:
    """Says the next of `script` at each turn; the last one repeats.

    `fails_with` is one error for every turn, or a list of which each attempt takes the next: an
    error to raise, or None to answer. After the list every attempt answers.
    """

    def __init__(
        self,
        *script: Say,
        fails_with: RayneError | Sequence[RayneError | None] | None = None,
        model: str = MODEL,
    ) -> None:
        self.script = script
        self.fails_with = fails_with
        self.model = model
        self.asked: list[Asked] = []

    async def take_turn(
        self,
        case: Case,
        digest: Digest,
        transcript: Transcript,
        tools: Sequence[ToolDescription],
        *,
        conclude: str,
    ) -> Turn:
        self.asked.append(Asked(case, digest, transcript, tools, conclude))
        error = self._next_error()
        if error is not None:
            raise error
        number = len(transcript.turns) + 1
        said = self.script[min(number, len(self.script)) - 1]
        calls = tuple(
            ToolCall(id=f"call-{number}-{place}", name=name, arguments={"query": f"q{place}"})
            for place, name in enumerate(said.calls)
        )
        return Turn(
            number=number,
            model=self.model,
            usage=said.usage,
            content=({"type": "text", "text": f"turn {number}"},),
            calls=calls,
            explanation=said.explanation,
        )

    def _next_error(self) -> RayneError | None:
        if self.fails_with is None or isinstance(self.fails_with, RayneError):
            return self.fails_with
        attempt = len(self.asked) - 1
        return self.fails_with[attempt] if attempt < len(self.fails_with) else None
