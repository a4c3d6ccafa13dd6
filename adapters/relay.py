"""The relay: carries stored deliveries to their incidents' workflows.

It runs in every API and worker process. Postgres decides who takes what, so any number of them
may run; a row is done only after Temporal's acknowledgement, and what a crash leaves half done
comes back when its lease ends.
"""

import asyncio
from datetime import timedelta

import structlog

from domain.errors import RayneError, Unavailable
from domain.incidents import Dispatch, GroupingRules
from domain.ports import IncidentWorkflows, RelayStore
from domain.telemetry import UNCOUNTED, UNTRACED, Relayed, Tally, Trail

BATCH = 500  # deliveries claimed at once
LEASE = timedelta(seconds=20)  # then another relay may take what we have not handed over
MARGIN = timedelta(seconds=8)  # of it, left for the last handing over to end
SWEEP = timedelta(seconds=2)  # how long a missed notification can delay anything
ABREAST = 16  # incidents signalled at the same time

log = structlog.get_logger()


class Relay:
    def __init__(
        self,
        store: RelayStore,
        workflows: IncidentWorkflows,
        rules: GroupingRules,
        *,
        lease: timedelta = LEASE,
        tally: Tally = UNCOUNTED,
        trail: Trail = UNTRACED,
    ) -> None:
        self._store = store
        self._workflows = workflows
        self._rules = rules
        self._lease = lease
        self._tally = tally
        self._trail = trail
        self._abreast = asyncio.Semaphore(ABREAST)

    async def run(self, stop: asyncio.Event) -> None:
        """Relays until `stop` is set. An outage on either side is waited out, never fatal."""
        while not stop.is_set():
            try:
                relayed = await self.relay_batch()
            except Unavailable as error:
                log.warning("relay.waiting", reason=str(error))
                await _pause(stop, SWEEP)
                continue
            if not relayed:
                await self._store.wait_for_delivery(SWEEP)

    async def relay_batch(self) -> int:
        """How many deliveries were claimed. Raises Unavailable where Temporal takes none."""
        until = asyncio.get_running_loop().time() + (self._lease - MARGIN).total_seconds()
        dispatches = await self._store.claim(limit=BATCH, lease=self._lease, rules=self._rules)
        self._tally.batch_relayed(sum(len(dispatch.alerts) for dispatch in dispatches))
        results = await asyncio.gather(
            *(self._hand_over(dispatch, until) for dispatch in dispatches), return_exceptions=True
        )
        failures = [result for result in results if isinstance(result, BaseException)]
        if failures:
            raise failures[0]
        return sum(len(dispatch.alerts) for dispatch in dispatches)

    async def _hand_over(self, dispatch: Dispatch, until: float) -> None:
        """Begins before `until`, by the loop's clock, or not at all: our claim has an end."""
        event_ids = [alert.event_id for alert in dispatch.alerts]
        incident_id = dispatch.incident_id
        with self._trail.going_on(
            dispatch.traceparents, "relay deliveries", incident_id=incident_id
        ):
            async with self._abreast:
                if asyncio.get_running_loop().time() > until:
                    log.warning("relay.too_slow", incident_id=incident_id)
                    await self._release(event_ids)
                    return
                if not await self._is_taken(dispatch, event_ids):
                    return
            await self._store.mark_relayed(event_ids)
            self._tally.relayed(Relayed.DELIVERED, len(event_ids))
            log.info("relay.delivered", incident_id=incident_id, alerts=len(event_ids))

    async def _is_taken(self, dispatch: Dispatch, event_ids: list[int]) -> bool:
        try:
            await self._workflows.deliver(dispatch, self._rules)
        except Unavailable:
            # Give them back at once: an outage should cost its own length and no lease.
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


async def _pause(stop: asyncio.Event, time: timedelta) -> None:
    try:
        async with asyncio.timeout(time.total_seconds()):
            await stop.wait()
    except TimeoutError:
        return
