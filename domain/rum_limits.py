"""How much one visitor, and one address with ever new visitors, may send."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import TooManyRequests

_MOST_KEYS = 50_000  # remembered; beyond that the longest silent are forgotten


@dataclass(frozen=True)
class Allowance:
    """`burst` at once, then `per_second`."""

    burst: int
    per_second: float


# A page that sends every click and error stays far below; a loop in somebody's script does not.
VISITOR = Allowance(burst=300, per_second=5)  # events
# An office behind one address brings many visitors, but not ten new ones every second.
ADDRESS = Allowance(burst=300, per_second=10)  # visitors not met lately


class VisitLimits:
    """Of one process: replicas each allow as much."""

    def __init__(self, visitor: Allowance = VISITOR, address: Allowance = ADDRESS) -> None:
        self._visitors = Buckets(visitor)
        self._addresses = Buckets(address)

    def admit(self, visitor_uuid: str | None, address: str, events: int, now: datetime) -> None:
        """Raises TooManyRequests. A visitor who is not known here is charged to the address."""
        if visitor_uuid is None or not self._visitors.knows(visitor_uuid):
            self._addresses.take(address, 1, now)
        if visitor_uuid is not None:
            self._visitors.take(visitor_uuid, events, now)


class Buckets:
    def __init__(self, allowance: Allowance, most_keys: int = _MOST_KEYS) -> None:
        self._allowance = allowance
        self._most_keys = most_keys
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def knows(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, count: int, now: datetime) -> None:
        """Raises TooManyRequests with the time to wait, and then takes nothing."""
        left = self._refilled(key, now)
        if left < count:
            wait = timedelta(seconds=(count - left) / self._allowance.per_second)
            raise TooManyRequests("too much at once from one visitor or address", retry_after=wait)
        self._left[key] = (left - count, now)
        self._left.move_to_end(key)
        if len(self._left) > self._most_keys:
            self._left.popitem(last=False)

    def _refilled(self, key: str, now: datetime) -> float:
        burst = self._allowance.burst
        left, at = self._left.get(key, (float(burst), now))
        elapsed = max((now - at).total_seconds(), 0)
        return min(burst, left + elapsed * self._allowance.per_second)
