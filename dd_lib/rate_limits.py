"""Queues requests for Datadog's rate limits, first come first served, instead of being refused.

Datadog counts requests in windows and says in each answer how many are left of which bucket. No
library fits: aiolimiter and pyrate-limiter spend a rate that is known beforehand, while here limit,
rest and reset are learned from the answers and shared with whoever else uses the same account.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import httpx

from domain.errors import RateLimited
from domain.telemetry import UNWATCHED, Watch

LONGEST_WAIT = timedelta(seconds=60)  # a bucket can reset in an hour; nobody waits that long
# Of whoever has read some pages already: turned away, he would come back to read them all again.
# With this much, 200 searches of four pages cost 1% more requests than they need, and not 25 times.
PATIENCE_MIDWAY = timedelta(minutes=2)

# Requests and seconds, by route, for what Datadog documents but may not send.
_DOCUMENTED: Mapping[str, tuple[int, float]] = {"POST /api/v2/spans/events/search": (300, 3600.0)}


@dataclass
class _Window:
    """So many requests in so many seconds. Times are the event loop's."""

    limit: float
    period: float
    remaining: float
    resets_at: float

    def move_to(self, now: float, under_way: int) -> None:
        """Where the window is over, the next one has begun: they follow each other.

        What is still under way may have been sent in one and be counted in the other.
        """
        if now >= self.resets_at:
            over = (now - self.resets_at) // self.period if math.isfinite(self.period) else 0
            self.resets_at += self.period * (over + 1)
            self.remaining = self.limit - under_way

    def opens_at(self, ahead: int) -> float:
        """When somebody may ask before whom `ahead` others do; 0 is at once."""
        short = ahead + 1 - self.remaining
        if short <= 0:
            return 0.0
        if short <= self.limit:
            return self.resets_at
        return self.resets_at + self.period * (math.ceil(short / self.limit) - 1)

    def after(self, told: "_Window", under_way: int) -> "_Window":
        """What is known once an answer told its view, which may be older than ours.

        It cannot tell of what is still under way: in our own window that is counted already.
        """
        apart = told.resets_at - self.resets_at
        if apart < -self.period / 2:
            return self
        if apart < self.period / 2:
            told.remaining = min(told.remaining, self.remaining)
        else:
            told.remaining -= under_way
        return told


class _Bucket:
    """What requests draw from. As long as nothing is known of it, one may ask and find out."""

    def __init__(self, name: str, documented: tuple[int, float] | None = None) -> None:
        """`documented` holds where answers say nothing: what they say is nearer to the truth."""
        self.name = name
        self._documented = documented
        self._window: _Window | None = None
        self._is_asked = False
        self._news = asyncio.Event()
        self._queue = asyncio.Lock()  # hands itself on in the order of arrival
        self._in_line = 0
        self._under_way = 0

    async def draw(self, patience: float) -> None:
        """Raises RateLimited at once where waiting would be in vain, however long the line is."""
        deadline = _now() + patience
        self._refuse_after(deadline, ahead=self._in_line)
        self._in_line += 1
        try:
            async with asyncio.timeout_at(deadline), self._queue:
                while (opens_at := self._opens_at()) > _now():
                    self._refuse_after(deadline)
                    await self._wait_until(opens_at)
                self._take()
        except TimeoutError:
            raise self._refusal(self._opens_at()) from None
        finally:
            self._in_line -= 1

    def give_back(self) -> None:
        """For each draw, once its request has ended."""
        self._under_way -= 1

    def learn(self, told: _Window | None) -> None:
        """An answer without limits means that there are none, unless we know better."""
        if told is not None:
            known = self._window
            self._window = known.after(told, self._under_way) if known else told
        elif self._window is None and self._documented:
            limit, period = self._documented
            self._window = _Window(limit, period, limit - 1, _now() + period)
        elif self._window is None:
            self.let_all_pass()
        self._news.set()

    def let_all_pass(self) -> None:
        self._window = _Window(math.inf, math.inf, math.inf, math.inf)
        self._news.set()

    def _opens_at(self, ahead: int = 0) -> float:
        """Infinity means: as soon as somebody knows."""
        if self._window is None:
            return math.inf if self._is_asked else 0.0
        self._window.move_to(_now(), self._under_way)
        return self._window.opens_at(ahead)

    def _refuse_after(self, deadline: float, ahead: int = 0) -> None:
        opens_at = self._opens_at(ahead)
        if deadline < opens_at < math.inf:
            raise self._refusal(opens_at)

    async def _wait_until(self, moment: float) -> None:
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(moment if math.isfinite(moment) else None):
                await self._news.wait()

    def _take(self) -> None:
        self._is_asked = True
        self._under_way += 1
        if self._window is not None:
            self._window.remaining -= 1

    def _refusal(self, opens_at: float) -> RateLimited:
        if self._window is None:
            return RateLimited(f"others of ours still find out how Datadog limits {self.name!r}")
        wait = min(max(opens_at - _now(), 0.0), LONGEST_WAIT.total_seconds())
        return RateLimited(
            f"Datadog's rate limit of {self.name!r} is used up for {math.ceil(wait)} more seconds",
            retry_after=timedelta(seconds=wait),
        )


class RateLimits:
    """One for each account: every caller in a process shares its buckets."""

    def __init__(self, patience: timedelta) -> None:
        """`patience` is how long a request may wait for its turn."""
        self._watch = UNWATCHED
        self._patience = patience.total_seconds()
        self._patience_midway = max(patience, PATIENCE_MIDWAY).total_seconds()
        self._by_route: dict[str, _Bucket] = {}
        self._by_name: dict[str, _Bucket] = {}

    def watched_by(self, watch: Watch) -> None:
        self._watch = watch

    @asynccontextmanager
    async def turn(self, route: str, *, midway: bool = False) -> AsyncIterator["Turn"]:
        """Waits until Datadog would take a request, or raises RateLimited with the time to wait.

        Whoever asks tells the turn what came back. A `route` is a method and a path with its
        variable parts left out; `midway` is who has a part of the answer already.
        """
        patience = self._patience_midway if midway else self._patience
        began = _now()
        try:
            bucket = await self._drawn(route, began + patience)
        finally:
            self._watch.waited(timedelta(seconds=_now() - began))
        turn = Turn()
        try:
            yield turn
        finally:
            # Even where no answer came: others must not wait for it.
            bucket.give_back()
            self._learn(route, bucket, turn.answer)

    async def _drawn(self, route: str, deadline: float) -> _Bucket:
        while True:
            bucket = self._bucket(route)
            await bucket.draw(deadline - _now())
            if bucket is self._bucket(route):
                return bucket
            # While we waited, an answer said which bucket this route really draws from.
            bucket.give_back()

    def _bucket(self, route: str) -> _Bucket:
        if route not in self._by_route:
            self._by_route[route] = _Bucket(route, _DOCUMENTED.get(route))
        return self._by_route[route]

    def _learn(self, route: str, bucket: _Bucket, answer: httpx.Response | None) -> None:
        told = _told(answer) if answer is not None else None
        name = answer.headers.get("X-RateLimit-Name", "") if answer is not None else ""
        if told and name:
            named = self._by_name.setdefault(name, bucket)
            named.name = name
            if named is not bucket:
                self._by_route[route] = named
                bucket.let_all_pass()
                bucket = named
        bucket.learn(told)
        if told and math.isfinite(told.limit):
            self._watch.limit_told(bucket.name, told.limit, told.remaining)


@dataclass
class Turn:
    """Leave to ask once."""

    answer: httpx.Response | None = None


def wait_asked_for(headers: Mapping[str, str]) -> timedelta | None:
    """X-RateLimit-Reset: seconds from now, not a date."""
    seconds = _number(headers, "X-RateLimit-Reset")
    return None if seconds is None else min(timedelta(seconds=seconds), LONGEST_WAIT)


def _told(answer: httpx.Response) -> _Window | None:
    """The window that an answer speaks of. A refusal means that it is used up, whatever it says."""
    reset = _number(answer.headers, "X-RateLimit-Reset")
    limit = _number(answer.headers, "X-RateLimit-Limit") or math.inf
    period = _number(answer.headers, "X-RateLimit-Period") or math.inf
    remaining = _number(answer.headers, "X-RateLimit-Remaining")
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        remaining = 0.0
    if reset is None or remaining is None:
        return None
    return _Window(limit, period, remaining, _now() + reset)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        number = float(headers.get(name, ""))
    except ValueError:
        return None
    # A year, for a duration cannot hold everything.
    return min(number, 31_536_000.0) if 0 <= number < math.inf else None


def _now() -> float:
    return asyncio.get_running_loop().time()
