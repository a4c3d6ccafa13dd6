"""Lets Claude investigate through the real client, with tools that answer what the test wants."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from adapters.claude import Claude, Effort
from domain.case import Case
from domain.digest import Digest, DigestSection
from domain.evidence import EvidenceItem, Source, SourceStatus
from domain.investigation import ToolCall, ToolDescription, ToolResult, Transcript, Turn
from tests.contract.asking_claude import KEY, MODEL
from tests.factories import a_case
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_answers import Answer
from tests.servers.anthropic_scripts import Script

LIMIT = "the limit of 12 turns is reached"
TOOLS = tuple(
    ToolDescription(
        name=name,
        description=f"What {name} does.",
        parameters={"type": "object", "properties": {"query": {"type": "string"}}},
    )
    for name in ("search_logs", "list_changes")
)


def a_digest(**data: str) -> Digest:
    """A piece of evidence for each id; an underscore stands for the hyphen of an id."""
    given = data or {"event_1": "title: Deployed checkout 2.4.1", "log_1": "connection reset"}
    sections = (
        DigestSection(
            heading=f"what {name} is about", lines=(text,), evidence_id=name.replace("_", "-")
        )
        for name, text in given.items()
    )
    return Digest(sections=tuple(sections))


def found(text: str = '{"count": 1, "logs": [{"message": "connection refused"}]}') -> ToolResult:
    """An answer to any call; its turn, place and call are filled in by `Investigation`."""
    item = EvidenceItem(id="tool-0-0", source=Source.LOGS, text=text)
    return ToolResult(
        turn=0, index=0, call_id="", tool="", status=SourceStatus.FOUND, text=text, item=item
    )


def failed(why: str = "Datadog is down") -> ToolResult:
    answer = found(why)
    return answer.model_copy(update={"status": SourceStatus.COULD_NOT_ASK, "item": None})


@dataclass
class Investigation:
    """One case with Claude, turn by turn. `answer` is what each call brings."""

    claude: Claude
    case: Case = field(default_factory=a_case)
    digest: Digest = field(default_factory=a_digest)
    tools: tuple[ToolDescription, ...] = TOOLS
    answer: Callable[[ToolCall], ToolResult] = lambda _: found()
    transcript: Transcript = field(default_factory=Transcript)

    async def turn(self, *, conclude: str = "") -> Turn:
        """Takes a turn, and answers what was asked in it."""
        turn = await self.claude.take_turn(
            self.case, self.digest, self.transcript, self.tools, conclude=conclude
        )
        turn = turn.model_copy(update={"forced_by": conclude})
        results = tuple(
            _placed(self.answer(call), call, turn.number, index)
            for index, call in enumerate(turn.calls)
        )
        self.transcript = Transcript(
            turns=(*self.transcript.turns, turn), results=(*self.transcript.results, *results)
        )
        return turn

    async def to_the_end(self, *, limit: int = 12) -> Turn:
        """Turns until Claude concludes, which it is made to do in the last."""
        for number in range(1, limit + 1):
            turn = await self.turn(conclude=LIMIT if number == limit else "")
            if turn.explanation:
                return turn
        raise AssertionError(f"no conclusion within {limit} turns")


@asynccontextmanager
async def investigating(
    *answers: Answer, script: Script | None = None, effort: Effort | None = None
) -> AsyncIterator[tuple[Investigation, MessagesServer]]:
    async with MessagesServer.running(*answers, script=script) as server:
        claude = claude_with_effort(server.url, effort)
        yield Investigation(claude), server
        await claude.close()


def claude_with_effort(url: str, effort: Effort | None = None) -> Claude:
    return Claude.connect(
        api_key=KEY,
        auth_token=None,
        base_url=url,
        model=MODEL,
        timeout=timedelta(seconds=10),
        effort=effort,
    )


def _placed(result: ToolResult, call: ToolCall, turn: int, index: int) -> ToolResult:
    place = {"turn": turn, "index": index, "call_id": call.id, "tool": call.name}
    if result.item is not None:
        item = result.item.model_copy(update={"id": f"tool-{turn}-{index + 1}"})
        place["item"] = item
    return result.model_copy(update=place)
