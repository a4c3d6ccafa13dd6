"""Which analyses may run now. The others wait in line: the most urgent first, then the oldest."""

from datetime import timedelta
from typing import Protocol

from domain.analysis import AnalysisKey
from domain.errors import RateLimited
from domain.values import Value

SOONEST, LATEST = timedelta(seconds=1), timedelta(seconds=30)
PER_ROUND = timedelta(seconds=1)  # the shortest analyses take about so long


class Standing(Value):
    """Where an analysis stands, at one moment."""

    is_running: bool  # it was let in already
    running: int  # others that were let in
    ahead: int  # others that wait and come first
    waiting: int  # others that wait

    def may_run(self, limit: int) -> bool:
        return self.is_running or self.running + self.ahead < limit


class Waiting(RateLimited):
    """Not yet its turn: no failure, and it says how long until asking again makes sense."""


def not_yet(standing: Standing, limit: int) -> Waiting:
    """Those at the front ask often, those far behind seldom: a thousand that wait cost little."""
    rounds = (standing.running + standing.ahead - limit) // limit + 1
    place, line = standing.ahead + 1, standing.waiting + 1
    return Waiting(
        f"waits for its turn, at place {place} of {line}: {standing.running} analyses run, "
        f"and RAYNE_MAX_ANALYSES is {limit}",
        retry_after=min(max(rounds * PER_ROUND, SOONEST), LATEST),
    )


class AdmissionLine(Protocol):
    """The line of all workers together."""

    async def ask(self, key: AnalysisKey, *, limit: int, lease: timedelta) -> Standing:
        """Joins the line, or asks again; if it may run, it is let in for as long as the lease.

        A place is given back when the analysis is stored as finished or failed, and by itself when
        the lease is over. Two who ask at once are never both given the last place. Raises NotFound
        where there is no such incident.
        """
        ...
