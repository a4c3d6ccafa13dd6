"""Waiting ends when it came true, and in any case."""

import asyncio
from datetime import timedelta

from adapters.embedded.polling import holds_within


async def test_it_asks_until_the_answer_is_yes() -> None:
    answers = [False, False, True]

    async def probe() -> bool:
        return answers.pop(0)

    assert await holds_within(probe, timedelta(seconds=5))
    assert answers == []


async def test_it_gives_up_in_time_on_a_no() -> None:
    async def probe() -> bool:
        return False

    assert not await holds_within(probe, timedelta(milliseconds=20))


async def test_a_probe_that_hangs_is_cut_short() -> None:
    async def probe() -> bool:
        await asyncio.Event().wait()
        return True

    assert not await holds_within(probe, timedelta(milliseconds=20))
