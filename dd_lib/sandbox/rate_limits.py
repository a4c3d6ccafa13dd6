"""Counts requests per bucket and calendar-aligned period, as Datadog's headers tell it."""

from collections.abc import Callable
from datetime import datetime

from dd_lib.sandbox.moments import to_seconds


class RateLimits:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._used: dict[str, tuple[int, int]] = {}  # bucket: (its period, requests in it)

    def take(self, name: str, limit: int, period_seconds: int) -> dict[str, str]:
        """The headers after one more request. Reset is in seconds from now."""
        now = to_seconds(self._clock())
        period = now // period_seconds
        known, used = self._used.get(name, (period, 0))
        used = used + 1 if known == period else 1
        self._used[name] = (period, used)
        return headers(
            name,
            limit,
            period_seconds,
            remaining=max(limit - used, 0),
            reset_seconds=(period + 1) * period_seconds - now,
        )


def headers(
    name: str, limit: int, period_seconds: int, *, remaining: int, reset_seconds: int
) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Period": str(period_seconds),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset_seconds),
        "X-RateLimit-Name": name,
    }
