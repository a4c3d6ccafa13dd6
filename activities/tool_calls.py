"""Put a model's questions to Datadog, one at a time, and keep the answers as evidence."""

import asyncio
import json
from typing import NamedTuple, Self

from temporalio import activity

from activities.cases import load_case
from domain.analysis import AnalysisKey
from domain.clean import clean_json
from domain.errors import Broken, InvalidInput, Rejected
from domain.evidence import EvidenceItem, Source, SourceStatus
from domain.hearsay import repeats
from domain.investigation import ToolCall, ToolResult, Transcript
from domain.investigation_ports import Toolbox, Transcripts
from domain.ports import Analyses, Incidents
from domain.redaction import redact
from domain.stored_evidence import FETCH_EVIDENCE, fetch, page
from domain.telemetry import UNCOUNTED, Repeat, Tally

MOST_KEPT = 200_000  # characters of an answer, of which a model reads a page at a time

# What an answer counts as when a claim cites it.
SOURCES = {
    "aggregate_logs": Source.LOGS,
    "get_downtimes": Source.MONITOR,
    "get_events": Source.EVENTS,
    "get_host_info": Source.HOST,
    "get_monitor_details": Source.MONITOR,
    "get_monitors": Source.MONITOR,
    "get_service_health": Source.HEALTH,
    "get_triggered_monitors": Source.MONITOR,
    "list_changes": Source.EVENTS,
    "list_services": Source.MONITOR,
    "query_metrics": Source.METRICS,
    "search_logs": Source.LOGS,
    "search_spans": Source.SPANS,
}
# Of a tool that nobody here knows: monitors are the question itself, and support no cause.
UNKNOWN = Source.MONITOR


class ToolActivities:
    def __init__(
        self,
        incidents: Incidents,
        analyses: Analyses,
        transcripts: Transcripts,
        toolbox: Toolbox,
    ) -> None:
        self._tally = UNCOUNTED
        self._incidents = incidents
        self._analyses = analyses
        self._transcripts = transcripts
        self._toolbox = toolbox

    def counted_by(self, tally: Tally) -> Self:
        self._tally = tally
        return self

    @activity.defn
    async def use_tool(self, key: AnalysisKey, turn: int, index: int) -> SourceStatus:
        """Asks once: a repeat finds the stored answer.

        A wrong question is answered by what is wrong with it; what time may heal is raised.
        """
        transcript = await self._transcripts.get_transcript(key)
        stored = _stored(transcript, turn, index)
        if stored:
            self._tally.found_done(Repeat.TOOL_CALL)
            return stored.status
        question = _question(transcript, turn, index)
        try:
            result = await self._answer(key, question)
        except Rejected as error:
            result = question.failed(str(error))
        await self._transcripts.save_result(key, result)
        return result.status

    @activity.defn
    async def note_failed_call(self, key: AnalysisKey, turn: int, index: int, why: str) -> None:
        """Keeps "could not ask" where the answer would be. Safe to repeat; an answer stays."""
        transcript = await self._transcripts.get_transcript(key)
        if _stored(transcript, turn, index) is None:
            result = _question(transcript, turn, index).failed(why)
            await self._transcripts.save_result(key, result)

    async def _answer(self, key: AnalysisKey, question: "_Question") -> ToolResult:
        call = question.call
        if call.name == FETCH_EVIDENCE.name:
            case = await load_case(self._incidents, self._analyses, key)
            return question.answered(SourceStatus.FOUND, fetch(case.items, call.arguments))
        if "code" in call.arguments:
            await self._refuse_code_of_strangers(key, call)
        frame = await self._analyses.get_frame(key)
        answer = await self._toolbox.ask(call.name, call.arguments, frame)
        item = EvidenceItem(
            id=f"tool-{question.turn}-{question.place + 1}",
            source=SOURCES.get(call.name, UNKNOWN),
            text=(await asyncio.to_thread(clean_json, answer))[:MOST_KEPT],
        )
        return question.answered(_status(answer), page(item), item)

    async def _refuse_code_of_strangers(self, key: AnalysisKey, call: ToolCall) -> None:
        """A model may propose code of its own, and none that it read in the evidence."""
        case = await load_case(self._incidents, self._analyses, key)
        code = str(call.arguments["code"])
        if await asyncio.to_thread(repeats, code, [item.text for item in case.items]):
            raise InvalidInput("code that stands in the evidence is not proposed")


class _Question(NamedTuple):
    call: ToolCall
    turn: int
    place: int

    def answered(
        self, status: SourceStatus, text: str, item: EvidenceItem | None = None
    ) -> ToolResult:
        return ToolResult(
            turn=self.turn,
            index=self.place,
            call_id=self.call.id,
            tool=self.call.name,
            status=status,
            text=text,
            item=item,
        )

    def failed(self, why: str) -> ToolResult:
        return self.answered(SourceStatus.COULD_NOT_ASK, f"could not be asked: {redact(why)}")


def _stored(transcript: Transcript, turn: int, index: int) -> ToolResult | None:
    return next((one for one in transcript.results_of(turn) if one.index == index), None)


def _question(transcript: Transcript, turn: int, index: int) -> _Question:
    said = transcript.turn(turn)
    if said is None or index >= len(said.calls):
        raise Broken(f"turn {turn} asked no question {index}")
    return _Question(said.calls[index], turn, index)


def _status(answer: str) -> SourceStatus:
    """Our tools count what they found."""
    try:
        told = json.loads(answer)
    except ValueError:
        return SourceStatus.FOUND
    is_empty = isinstance(told, dict) and told.get("count") == 0
    return SourceStatus.NOTHING if is_empty else SourceStatus.FOUND
