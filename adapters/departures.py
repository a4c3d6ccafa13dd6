"""Which signals leave when: the first to an incident at once, what follows it soon together."""

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.incidents import Dispatch

MOST_TOGETHER = 500  # alerts of one signal, far below what Temporal takes
LULL = 1 / 8  # of the pace: when nothing has come for so long, a wave is over


@dataclass(frozen=True)
class Departure:
    dispatch: Dispatch
    added_at: float  # the latest of its alerts
    until: float  # then it is no longer ours to hand over

    def is_too_late(self, now: float) -> bool:
        return now > self.until

    def with_more(self, other: "Departure") -> "Departure":
        ours, theirs = self.dispatch, other.dispatch
        both = {
            "alerts": (*ours.alerts, *theirs.alerts),
            "traceparents": (*ours.traceparents, *theirs.traceparents),
        }
        return replace(
            self,
            dispatch=ours.model_copy(update=both),
            added_at=other.added_at,
            until=min(self.until, other.until),
        )


class Departures:
    """Moments are seconds of one clock that never goes back."""

    def __init__(self, pace: timedelta) -> None:
        self.pace = pace
        self._waiting: dict[int, Departure] = {}
        self._left_at: dict[int, float] = {}  # by incident, within the latest pace

    def add(self, dispatch: Dispatch, *, now: float, until: float) -> None:
        departure = Departure(dispatch, added_at=now, until=until)
        earlier = self._waiting.get(dispatch.incident_id)
        self._waiting[dispatch.incident_id] = earlier.with_more(departure) if earlier else departure

    def due(self, now: float) -> list[Departure]:
        """Those that leave now, and are no longer here."""
        pace = self.pace.total_seconds()
        self._left_at = {
            incident: left_at for incident, left_at in self._left_at.items() if left_at + pace > now
        }
        leaving = [one for one in self._waiting.values() if self._leaves_at(one) <= now]
        for departure in leaving:
            del self._waiting[departure.dispatch.incident_id]
            self._left_at[departure.dispatch.incident_id] = now
        return leaving

    def next_within(self, at_most: timedelta, now: float) -> timedelta:
        """How long until something leaves, `at_most` otherwise."""
        moments = [self._leaves_at(departure) for departure in self._waiting.values()]
        first = min(moments, default=now + at_most.total_seconds())
        return min(timedelta(seconds=max(first - now, 0)), at_most)

    def _leaves_at(self, departure: Departure) -> float:
        left_at = self._left_at.get(departure.dispatch.incident_id)
        if left_at is None or len(departure.dispatch.alerts) >= MOST_TOGETHER:
            return departure.added_at
        pace = self.pace.total_seconds()
        return min(left_at + pace, departure.added_at + LULL * pace)

    def take_all(self) -> list[Departure]:
        """What still waits, and is no longer here; what comes next leaves at once."""
        waiting, self._waiting, self._left_at = list(self._waiting.values()), {}, {}
        return waiting
