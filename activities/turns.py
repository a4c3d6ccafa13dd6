"""Let a model think, one paid turn at a time."""

import asyncio
from datetime import datetime
from typing import Self

from temporalio import activity

from activities.cases import load_prepared_case
from domain.analysis import AnalysisKey, AnalystKind, Authorship, Draft
from domain.case import Frame
from domain.digest import build_digest
from domain.errors import Misconfigured, UnexpectedReply
from domain.evidence import SourceStatus
from domain.investigation import (
    ToolDescription,
    ToolResult,
    Transcript,
    Turn,
    TurnOutcome,
    bounded_cost,
    tokens_of,
    with_costs,
)
from domain.investigation_ports import Investigator, Toolbox, Transcripts
from domain.ports import Analyses, Clock, Incidents
from domain.stored_evidence import FETCH_EVIDENCE
from domain.telemetry import UNCOUNTED, Repeat, Tally

MOST_CALLS = 8  # of one turn
DECLINED = f"not asked: at most {MOST_CALLS} at once"


class TurnActivities:
    """`investigator` is None where no key is set."""

    def __init__(
        self,
        incidents: Incidents,
        analyses: Analyses,
        transcripts: Transcripts,
        investigator: Investigator | None,
        toolbox: Toolbox,
        clock: Clock,
    ) -> None:
        self._tally = UNCOUNTED
        self._incidents = incidents
        self._analyses = analyses
        self._transcripts = transcripts
        self._investigator = investigator
        self._toolbox = toolbox
        self._clock = clock
        self._unsaved: dict[tuple[AnalysisKey, int], Turn] = {}

    def counted_by(self, tally: Tally) -> Self:
        self._tally = tally
        return self

    @activity.defn
    async def take_turn(self, key: AnalysisKey, number: int, conclude: str) -> TurnOutcome:
        """Repeating it pays nothing once the model has answered; only a call in flight is lost.

        An answer that could not be stored waits in this process for the retry. `conclude` says why
        the model may ask no more, or is "".
        """
        transcript = await self._transcripts.get_transcript(key)
        turn = transcript.turn(number) or self._unsaved.get((key, number))
        if turn is None:
            frame = await self._analyses.get_frame(key)
            overspent = await self._day_is_over_budget(frame)
            if overspent and number == 1:
                return TurnOutcome(number=number, refused=overspent)
            turn = await self._ask(key, transcript.before(number), conclude or overspent)
            self._tally.turn_paid(turn.model, turn.usage, bounded_cost(turn.model, turn.usage))
        else:
            self._tally.found_done(Repeat.TURN)
        await self._save(key, turn)
        await self._decline_calls(key, turn)
        await self._save_draft(key, transcript.before(number), turn)
        return await self._outcome(turn)

    @activity.defn
    async def ask_claude(self, key: AnalysisKey) -> Authorship:
        """The only turn of runs that began before there were several. Paid once, like any."""
        outcome = await self.take_turn(key, 1, "questions cannot be answered here")
        draft = await self._analyses.get_draft(key)
        if draft is None or not outcome.concluded:
            raise UnexpectedReply(outcome.refused or "Claude wrote no conclusion")
        return draft.authorship

    async def _day_is_over_budget(self, frame: Frame) -> str:
        """Why no more may be spent today (UTC), or ""."""
        if frame.daily.dollars is None:
            return ""
        spent = await self._transcripts.spent_since(_midnight(self._clock()))
        if not frame.daily.is_reached(spent):
            return ""
        return f"the day's limit of {frame.daily.dollars} dollars is reached"

    async def _ask(self, key: AnalysisKey, transcript: Transcript, conclude: str) -> Turn:
        if self._investigator is None:
            raise Misconfigured("this worker has neither ANTHROPIC_API_KEY nor an OAuth token")
        case = await load_prepared_case(self._incidents, self._analyses, key)
        digest = await self._analyses.get_digest(key)
        if digest is None:  # a run that began before there were digests
            digest = await asyncio.to_thread(build_digest, case)
        # A model's own thinking is refused where the tools have changed since: what the first turn
        # was offered stays, whatever is approved meanwhile.
        begun = transcript.turns[0].offered if transcript.turns else ()
        tools = begun or await self._tools()
        turn = await self._investigator.take_turn(
            case, digest, transcript, tools, conclude=conclude
        )
        offered = () if transcript.turns else tools
        turn = turn.model_copy(update={"forced_by": conclude, "offered": offered})
        self._unsaved[key, turn.number] = turn
        return turn

    async def _tools(self) -> tuple[ToolDescription, ...]:
        return (*await self._toolbox.offered(), FETCH_EVIDENCE)

    async def _save(self, key: AnalysisKey, turn: Turn) -> None:
        await self._transcripts.save_turn(key, turn, bounded_cost(turn.model, turn.usage))
        self._unsaved.pop((key, turn.number), None)

    async def _decline_calls(self, key: AnalysisKey, turn: Turn) -> None:
        """A model that asks for a hundred things at once is told which were left out."""
        for index, call in enumerate(turn.calls[MOST_CALLS:], start=MOST_CALLS):
            declined = ToolResult(
                turn=turn.number,
                index=index,
                call_id=call.id,
                tool=call.name,
                status=SourceStatus.COULD_NOT_ASK,
                text=DECLINED,
            )
            await self._transcripts.save_result(key, declined)

    async def _save_draft(self, key: AnalysisKey, before: Transcript, turn: Turn) -> None:
        if turn.explanation is None:
            return
        author = Authorship(analyst=AnalystKind.CLAUDE, model=turn.model)
        draft = Draft(
            explanation=turn.explanation, authorship=with_costs(author, (*before.turns, turn))
        )
        await self._analyses.save_draft(key, draft)

    async def _outcome(self, turn: Turn) -> TurnOutcome:
        known = {tool.name for tool in await self._tools()}
        return TurnOutcome(
            number=turn.number,
            calls=tuple(
                call.name if call.name in known else "an unknown tool"
                for call in turn.calls[:MOST_CALLS]
            ),
            concluded=turn.explanation is not None,
            forced_by=turn.forced_by,
            model=turn.model,
            tokens=tokens_of(turn.usage),
            dollars=bounded_cost(turn.model, turn.usage),
        )


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
