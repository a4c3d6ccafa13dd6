"""Claude's turns and the questions between them, within a budget."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.tool_calls import ToolActivities
from activities.turns import TurnActivities
from domain.case import Frame
from domain.investigation import Spent, TurnOutcome, why_conclude
from workflows import policies
from workflows.failures import reason

MOST_UNREADABLE = 2  # conclusions; a third try would be paid as dearly


class Investigation:
    """One investigation. What is said and found is in Postgres; here is only what comes next.

    `tell` hears how far it is, in words.
    """

    def __init__(self, frame: Frame, tell: Callable[[str], None]) -> None:
        self._frame = frame
        self._tell = tell
        self._began = workflow.now()
        self._spent = Spent()
        self.model = ""

    async def run(self) -> str:
        """Why the rules must explain the case instead; "" once a conclusion is stored.

        Ends within the budget: a turn that must conclude is followed by no question.
        """
        unreadable = 0
        while self._spent.turns < self._frame.budget.turns and unreadable < MOST_UNREADABLE:
            outcome = await self._take_turn()
            if outcome.refused or outcome.concluded:
                return outcome.refused
            if not outcome.calls:
                unreadable += 1
            elif outcome.forced_by:
                return f"Claude asked on although {outcome.forced_by}"
            await self._answer(outcome)
        return "Claude wrote no conclusion that could be read"

    async def _take_turn(self) -> TurnOutcome:
        """A turn that fails for good is refused in the words of its failure."""
        number = self._spent.turns + 1
        left = self._began + self._frame.model_deadline - workflow.now()
        if left <= timedelta(0):
            return _refused(number, f"Claude did not conclude in {self._frame.model_deadline}")
        self._tell(f"turn {number} of at most {self._frame.budget.turns}")
        conclude = why_conclude(
            self._frame.budget, self._spent, began=self._began, now=workflow.now()
        )
        action = "Claude must conclude" if conclude else "Claude thinks"
        try:
            outcome = await workflow.execute_activity_method(
                TurnActivities.take_turn,
                args=[self._frame.key, number, conclude],
                **policies.model(left)(f"turn {number}: {action}"),
            )
        except ActivityError as error:
            return _refused(number, reason(error))
        self._spent = self._spent.plus(outcome)
        self.model = outcome.model
        return outcome

    async def _answer(self, outcome: TurnOutcome) -> None:
        """All questions of a turn at once."""
        await asyncio.gather(
            *(
                self._use_tool(outcome.number, index, tool)
                for index, tool in enumerate(outcome.calls)
            )
        )

    async def _use_tool(self, turn: int, index: int, tool: str) -> None:
        """Whatever comes of asking ends as data, which the model reads."""
        try:
            await workflow.execute_activity_method(
                ToolActivities.use_tool,
                args=[self._frame.key, turn, index],
                **policies.TOOL(f"turn {turn}: {tool}"),
            )
        except ActivityError as error:
            await workflow.execute_activity_method(
                ToolActivities.note_failed_call,
                args=[self._frame.key, turn, index, reason(error)],
                **policies.STORE(f"turn {turn}: note that {tool} failed"),
            )


class OneQuestion:
    """How runs asked Claude before there were turns: once, without questions of its own."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self.model = ""

    async def run(self) -> str:
        """Why the rules must explain the case instead; "" once a conclusion is stored."""
        try:
            author = await workflow.execute_activity_method(
                TurnActivities.ask_claude,
                self._frame.key,
                **policies.model(self._frame.model_deadline)(
                    "investigate: Claude reads the evidence"
                ),
            )
        except ActivityError as error:
            return reason(error)
        self.model = author.model
        return ""


def _refused(number: int, why: str) -> TurnOutcome:
    return TurnOutcome(number=number, refused=why)
