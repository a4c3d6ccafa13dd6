"""Tell people of an incident, beside everything else that its run does."""

import asyncio
from collections.abc import Iterable

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.notices import NoticeActivities
from domain.incidents import Occasion
from domain.notices import NoticeOrder
from workflows import policies
from workflows.failures import reason


class Teller:
    """One notice after the other, so that nobody reads of a recovery before its alert.

    Nothing waits for it but the run's end. What cannot be told is given up soon, and said in
    `problems`.
    """

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._taken: set[Occasion] = set()
        self._line = asyncio.Lock()
        self._waiting: set[asyncio.Task[None]] = set()

    @property
    def is_idle(self) -> bool:
        return not self._waiting

    def tell(self, orders: Iterable[NoticeOrder]) -> None:
        """Each occasion once in a run, however often it is asked for."""
        for order in orders:
            if order.occasion not in self._taken:
                self._taken.add(order.occasion)
                task = asyncio.create_task(self._tell(order))
                self._waiting.add(task)
                task.add_done_callback(self._waiting.discard)

    async def _tell(self, order: NoticeOrder) -> None:
        async with self._line:
            try:
                await workflow.execute_activity_method(
                    NoticeActivities.send_notice,
                    order,
                    **policies.NOTIFY(f"tell people: {order.occasion}"),
                )
            except ActivityError as error:
                await self._give_up(order, reason(error))

    async def _give_up(self, order: NoticeOrder, why: str) -> None:
        self.problems.append(f"people were not told that it is {order.occasion}: {why}")
        try:
            await workflow.execute_activity_method(
                NoticeActivities.give_up_notice,
                args=[order, why],
                **policies.STORE(f"note that nobody was told: {order.occasion}"),
            )
        except ActivityError as error:  # somebody removed the incident meanwhile
            workflow.logger.warning("notice.not_noted", extra={"reason": reason(error)})
