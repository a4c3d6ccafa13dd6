"""Counted attempts in memory."""

from datetime import datetime, timedelta

from tests.fakes.people_state import PeopleState


class FakeAttempts:
    def __init__(self, state: PeopleState) -> None:
        self.state = state
        self.counts: dict[str, tuple[datetime, int]] = {}

    async def count_attempt(self, key: str, window: timedelta, now: datetime) -> int:
        self.state.answer()
        since, count = self.counts.get(key, (now, 0))
        if since <= now - window:
            since, count = now, 0
        self.counts[key] = (since, count + 1)
        return count + 1

    async def forget_attempts(self, key: str) -> None:
        self.state.answer()
        self.counts.pop(key, None)
