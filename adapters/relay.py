"""The relay: carries stored deliveries to their incidents' workflows.

It runs in every API and worker process. Postgres decides who takes what, so any number of them
may run; a row is done only after Temporal's acknowledgement, and what a crash leaves half done
comes back when its lease ends. Those in APIs stand by: they take what no worker took in time.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Self

import structlog

from adapters.departures import Departure, Departures
from domain.errors import RayneError, Unavailable
from domain.incidents import Dispatch, GroupingRules
from domain.ports import IncidentWorkflows, RelayStore
from domain.telemetry import UNCOUNTED, UNTRACED, Relayed, Tally, Trail

BATCH = 500  # deliveries claimed at once
PROBE = 10  # while Temporal is away: as many as it takes to see that it is back
LEASE = timedelta(seconds=20)  # then another relay may take what we have not handed over
MARGIN = timedelta(seconds=8)  # of it, left for the last handing over to end
SWEEP = timedelta(seconds=2)  # how long a missed notification can delay anything
STAND_BY = timedelta(seconds=1)  # what has waited so long, an API takes: no worker is quick enough
# Between two signals to one incident, by how long Temporal takes for one: the busier it is, the
# more travel together. The first goes at once.
SHORTEST_PACE, LONGEST_PACE = timedelta(seconds=0.5), timedelta(seconds=5)
PACE_OF_A_CALL = 100  # times as long
ABREAST = 16  # incidents signalled at the same time

log = structlog.get_logger()


class Relay:
    def __init__(
        self,
        store: RelayStore,
        workflows: IncidentWorkflows,
        rules: GroupingRules,
        *,
        stands_by: bool = False,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._workflows = workflows
        self._rules = rules
        self._stands_by = stands_by
        self._lease = lease
        self._tally = UNCOUNTED
        self._trail = UNTRACED
        self._departures = Departures(SHORTEST_PACE)
        self._temporal_is_away = False

    def telling(self, tally: Tally, trail: Trail) -> Self:
        self._tally, self._trail = tally, trail
        return self

    async def run(self, stop: asyncio.Event) -> None:
        """Relays until `stop` is set. An outage on either side is waited out, never fatal."""
        while not stop.is_set():
            limit = self._limit
            try:
                claimed = await self.relay_batch()
            except Unavailable as error:
                log.warning("relay.waiting", reason=str(error))
                await _pause(stop, SWEEP)
                continue
            if claimed < limit:
                await self._wait(stop)
        await self._give_back()

    async def _wait(self, stop: asyncio.Event) -> None:
        at_most = self._departures.next_within(SWEEP, _now())
        if self._stands_by:
            await _pause(stop, at_most)
        else:
            await self._store.wait_for_delivery(at_most)

    async def relay_batch(self) -> int:
        """How many deliveries were claimed. Raises Unavailable where Temporal takes none: then all
        that was claimed is given back.

        What arrives for an incident soon after a signal to it waits, and travels together: each
        signal costs Temporal and a worker as much as many deliveries cost us.
        """
        until = _now() + (self._lease - MARGIN).total_seconds()
        claimed = await self._store.claim(
            limit=self._limit,
            waited=STAND_BY if self._stands_by else timedelta(0),
            lease=self._lease,
            rules=self._rules,
        )
        for dispatch in claimed:
            self._departures.add(dispatch, now=_now(), until=until)
        deliveries = sum(len(dispatch.alerts) for dispatch in claimed)
        self._tally.batch_relayed(deliveries)
        await self._hand_over_all(self._departures.due(_now()))
        return deliveries

    @property
    def _limit(self) -> int:
        return PROBE if self._temporal_is_away else BATCH

    async def _hand_over_all(self, departing: Sequence[Departure]) -> None:
        self._temporal_is_away = False
        abreast = asyncio.Semaphore(ABREAST)
        began = _now()
        results = await asyncio.gather(
            *(self._hand_over(one, abreast) for one in departing), return_exceptions=True
        )
        failures = [result for result in results if isinstance(result, BaseException)]
        if failures:
            await self._give_back()
            raise failures[0]
        if departing:
            rounds = -(-len(departing) // ABREAST)
            self._departures.pace = _pace_by((_now() - began) / rounds)

    async def _hand_over(self, departing: Departure, abreast: asyncio.Semaphore) -> None:
        """Begins before our claim ends or not at all, and not while Temporal is known to be away:
        an outage should cost its own length and neither a lease nor a timeout for each incident.
        """
        dispatch = departing.dispatch
        event_ids = [alert.event_id for alert in dispatch.alerts]
        with self._trail.going_on(
            dispatch.traceparents, "relay deliveries", incident_id=dispatch.incident_id
        ):
            async with abreast:
                if self._temporal_is_away or departing.is_too_late(_now()):
                    await self._release(event_ids)
                    return
                if not await self._is_taken(dispatch, event_ids):
                    return
            await self._store.mark_relayed(event_ids)
            self._tally.relayed(Relayed.DELIVERED, len(event_ids))
            log.info("relay.delivered", incident_id=dispatch.incident_id, alerts=len(event_ids))

    async def _is_taken(self, dispatch: Dispatch, event_ids: list[int]) -> bool:
        try:
            await self._workflows.deliver(dispatch, self._rules)
        except Unavailable:
            self._temporal_is_away = True
            await self._release(event_ids)
            raise
        except RayneError as error:
            # A refused key, a missing namespace: a person must look, and must still find the
            # deliveries. The lease running out is the wait before the next try.
            self._tally.relayed(Relayed.REFUSED, len(event_ids))
            log.warning("relay.refused", incident_id=dispatch.incident_id, reason=str(error))
            return False
        return True

    async def _release(self, event_ids: list[int]) -> None:
        await self._store.release(event_ids)
        self._tally.relayed(Relayed.RELEASED, len(event_ids))

    async def _give_back(self) -> None:
        """What waits for its departure; without a database its lease runs out by itself."""
        waiting = self._departures.take_all()
        try:
            await self._release([a.event_id for one in waiting for a in one.dispatch.alerts])
        except Unavailable as error:
            log.warning("relay.not_given_back", reason=str(error))


def _pace_by(seconds_of_a_call: float) -> timedelta:
    return min(
        max(timedelta(seconds=seconds_of_a_call) * PACE_OF_A_CALL, SHORTEST_PACE), LONGEST_PACE
    )


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _pause(stop: asyncio.Event, time: timedelta) -> None:
    try:
        async with asyncio.timeout(time.total_seconds()):
            await stop.wait()
    except TimeoutError:
        return
