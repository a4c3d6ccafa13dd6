"""What an investigation needs from outside: a model, questions to Datadog, a place to keep both.

Every method may raise a `domain.errors.RayneError` and nothing else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from pydantic import JsonValue

from domain.analysis import AnalysisKey
from domain.case import Case, Frame
from domain.digest import Digest
from domain.investigation import ToolDescription, ToolResult, Transcript, Turn


class Investigator(Protocol):
    async def take_turn(
        self,
        case: Case,
        digest: Digest,
        transcript: Transcript,
        tools: Sequence[ToolDescription],
        *,
        conclude: str,
    ) -> Turn:
        """One paid call, without retries. Not idempotent: asking again costs again.

        `conclude` says why no more questions may be asked, or is "": then the model may ask.
        """
        ...


class Toolbox(Protocol):
    """The read-only questions that a model may put to Datadog."""

    async def offered(self) -> tuple[ToolDescription, ...]:
        """What may be asked now. Those that never change come first, always in one order."""
        ...

    async def ask(self, name: str, arguments: Mapping[str, JsonValue], frame: Frame) -> str:
        """A bounded JSON text, which says itself what was left out of it.

        "now" in a time is the end of the frame's window. Raises InvalidInput for arguments that
        do not fit, NotFound for a name that no tool has, and what asking Datadog raises.
        """
        ...


class FixedToolbox(Toolbox, Protocol):
    """One whose questions are the same for as long as the process lives."""

    @property
    def tools(self) -> tuple[ToolDescription, ...]: ...


class Transcripts(Protocol):
    """What models said and asked, and what it cost. Every write is an upsert by its key."""

    async def save_turn(self, key: AnalysisKey, turn: Turn, dollars: Decimal) -> None: ...

    async def save_result(self, key: AnalysisKey, result: ToolResult) -> None: ...

    async def get_transcript(self, key: AnalysisKey) -> Transcript: ...

    async def spent_since(self, moment: datetime) -> Decimal:
        """Dollars of all turns of all analyses that were saved at or after `moment`."""
        ...
