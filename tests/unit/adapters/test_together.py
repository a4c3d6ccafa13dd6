"""What arrives at the same time is settled together, and each gets what is its own."""

import asyncio
from collections.abc import Sequence

import pytest

from adapters.postgres.together import Together
from domain.errors import Broken, Unavailable


class Carrier:
    """Settles numbers by doubling them, each batch once it is let through."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Semaphore(0)
        self.fails_with: Exception | None = None

    async def carry(self, numbers: Sequence[int]) -> Sequence[int | BaseException]:
        self.batches.append(list(numbers))
        await self.gate.acquire()
        if self.fails_with:
            raise self.fails_with
        return [Broken("odd") if number % 2 else 2 * number for number in numbers]

    async def has_begun(self, batches: int) -> None:
        async with asyncio.timeout(5):
            while len(self.batches) < batches:  # noqa: ASYNC110 -- it announces nothing
                await asyncio.sleep(0)


async def test_the_first_waits_for_nobody_and_the_others_go_together_after_it() -> None:
    carrier = Carrier()
    together = Together(carrier.carry, most=10, abreast=1)

    first = asyncio.create_task(together.settle(2))
    await carrier.has_begun(1)
    others = [asyncio.create_task(together.settle(number)) for number in (4, 6, 8)]
    await asyncio.sleep(0)
    carrier.gate.release()
    carrier.gate.release()

    assert await asyncio.gather(first, *others) == [4, 8, 12, 16]
    assert carrier.batches == [[2], [4, 6, 8]]


async def test_so_many_batches_are_under_way_at_most_and_none_is_larger_than_allowed() -> None:
    carrier = Carrier()
    together = Together(carrier.carry, most=2, abreast=2)

    tasks = []
    for number in (2, 4, 6, 8, 10):
        tasks.append(asyncio.create_task(together.settle(number)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert carrier.batches == [[2], [4]]
    for _ in range(4):
        carrier.gate.release()
    await asyncio.gather(*tasks)

    assert carrier.batches == [[2], [4], [6, 8], [10]]


async def test_one_that_fails_takes_no_other_with_it() -> None:
    carrier = Carrier()
    together = Together(carrier.carry, most=10, abreast=1)
    carrier.gate.release()
    carrier.gate.release()

    settled = await asyncio.gather(
        *(together.settle(number) for number in (2, 3, 4)), return_exceptions=True
    )

    assert (settled[0], settled[2]) == (4, 8)
    assert isinstance(settled[1], Broken)


async def test_a_batch_that_fails_as_a_whole_fails_for_each_and_the_next_goes_on() -> None:
    carrier = Carrier()
    together = Together(carrier.carry, most=10, abreast=1)
    carrier.fails_with = Unavailable("away")
    carrier.gate.release()
    with pytest.raises(Unavailable):
        await together.settle(2)

    carrier.fails_with = None
    carrier.gate.release()

    assert await together.settle(4) == 8


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    carrier = Carrier()
    together = Together(carrier.carry, most=10, abreast=1)
    impatient = asyncio.create_task(together.settle(2))
    await carrier.has_begun(1)
    patient = asyncio.create_task(together.settle(4))

    impatient.cancel()
    carrier.gate.release()
    carrier.gate.release()

    assert await patient == 8
    assert impatient.cancelled()
