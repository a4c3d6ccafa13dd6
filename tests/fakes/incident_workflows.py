"""The durable half, without Temporal: remembers what it was handed."""

import asyncio

from domain.errors import RayneError
from domain.incidents import Dispatch, GroupingRules


class FakeIncidentWorkflows:
    def __init__(self, *, fails_with: RayneError | None = None) -> None:
        self.fails_with = fails_with
        self.delivered: list[Dispatch] = []
        self.calls = 0
        self.takes = 0.0  # seconds for a call
        self.asked, self.took = asyncio.Event(), asyncio.Event()

    async def deliver(self, dispatch: Dispatch, rules: GroupingRules) -> None:
        self.calls += 1
        self.asked.set()
        if self.takes:
            await asyncio.sleep(self.takes)
        if self.fails_with:
            raise self.fails_with
        self.delivered.append(dispatch)
        self.took.set()
