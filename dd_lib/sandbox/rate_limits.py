"""Counts requests per bucket and calendar-aligned period, as Datadog's headers tell it.

It refuses nothing until a limit is set for a bucket.
"""

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.moments import to_seconds


class LimitRule(Closed):
    """`name` is a shell pattern of bucket names; each bucket that it covers counts alone."""

    name: str = "*"
    requests: int = Field(ge=0)
    period_seconds: int = Field(ge=1)


@dataclass(frozen=True, slots=True)
class Place:
    """One request's place in its bucket."""

    headers: dict[str, str]
    is_refused: bool


class RateLimits:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._rules: tuple[LimitRule, ...] = ()
        self._used: dict[tuple[str, int], tuple[int, int]] = {}  # bucket: (period, requests in it)

    def enforce(self, rules: tuple[LimitRule, ...]) -> None:
        """From now on these, the first that covers a bucket counts; counting starts anew."""
        self._rules = rules
        self._used.clear()

    def rules(self) -> tuple[LimitRule, ...]:
        return self._rules

    def take(self, name: str, usual: LimitRule | None) -> Place | None:
        """One more request. `usual` is only told, a rule is enforced; None without either."""
        rule = next((r for r in self._rules if fnmatch.fnmatchcase(name, r.name)), None)
        shown = rule or usual
        if shown is None:
            return None
        now = to_seconds(self._clock())
        period = now // shown.period_seconds
        used = self._count(name, shown.period_seconds, period)
        told = headers(
            name,
            shown.requests,
            shown.period_seconds,
            remaining=max(shown.requests - used, 0),
            reset_seconds=(period + 1) * shown.period_seconds - now,
        )
        return Place(told, is_refused=rule is not None and used > rule.requests)

    def _count(self, name: str, period_seconds: int, period: int) -> int:
        known, used = self._used.get((name, period_seconds), (period, 0))
        used = used + 1 if known == period else 1
        self._used[name, period_seconds] = (period, used)
        return used


def headers(
    name: str, limit: int, period_seconds: int, *, remaining: int, reset_seconds: int
) -> dict[str, str]:
    """Reset is in seconds from now."""
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Period": str(period_seconds),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset_seconds),
        "X-RateLimit-Name": name,
    }
