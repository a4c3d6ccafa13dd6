"""What arrives at the same time goes to the database together: one round trip, one commit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Carry = Callable[[Sequence[Item]], Awaitable[Sequence[Result | BaseException]]]
"""Settles several items at once: a result or an error for each, in their order."""


class Together(Generic[Item, Result]):
    """Nobody waits for company: who comes first goes at once, and what comes while `abreast`
    batches are under way goes after them.

    So a lone item takes as long as it would by itself, and many cost little more than one.
    """

    def __init__(self, carry: Carry[Item, Result], *, most: int, abreast: int) -> None:
        self._carry = carry
        self._most = most
        self._abreast = abreast
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._carrying = 0
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself would forget them

    async def settle(self, item: Item) -> Result:
        """Raises what settling it raised; all of a batch where the batch as a whole failed."""
        settled: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, settled))
        if self._carrying < self._abreast:
            self._carrying += 1
            task = asyncio.create_task(self._carry_all())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await settled

    async def _carry_all(self) -> None:
        """Until nothing waits. No turn of the loop lies between seeing that and being gone."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._carry_batch(batch)
        finally:
            self._carrying -= 1

    async def _carry_batch(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        results: Sequence[Result | BaseException]
        try:
            results = await self._carry([item for item, _ in batch])
        except BaseException as error:  # noqa: BLE001 - each of those who wait raises it
            results = [error] * len(batch)
        for (_, settled), result in zip(batch, results, strict=True):
            if settled.done():
                continue  # whoever waited for it was cancelled
            if isinstance(result, BaseException):
                settled.set_exception(result)
            else:
                settled.set_result(result)
