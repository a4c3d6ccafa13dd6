"""Mute an alert in Datadog, lift it, and keep the record of it."""

from contextlib import suppress
from typing import Self

from temporalio import activity

from domain.downtimes import Downtime, DowntimeRequest, message_of
from domain.errors import Broken, NotFound
from domain.muting_rules import is_alerting
from domain.mutings import Muting, MutingEnd, MutingOutcome, MutingState, MutingWish
from domain.ports import Downtimes, Incidents, Mutings
from domain.telemetry import UNCOUNTED, Repeat, Tally


class DowntimeActivities:
    def __init__(self, downtimes: Downtimes, mutings: Mutings, incidents: Incidents) -> None:
        self._tally = UNCOUNTED
        self._downtimes = downtimes
        self._mutings = mutings
        self._incidents = incidents

    def counted_by(self, tally: Tally) -> Self:
        self._tally = tally
        return self

    @activity.defn
    async def mute_monitor(self, wish: MutingWish) -> MutingOutcome:
        """One downtime per key, however often this runs: it looks for the key before it creates.

        An alert that is over by now is spared, unless an earlier try has muted it.
        """
        muting = await self._mutings.get_muting(wish.key)
        downtime = await self._downtimes.find_downtime(wish.key)
        if downtime is None and not await self._is_wanted(muting):
            await self._save(muting, state=MutingState.SPARED)
            return MutingOutcome(state=MutingState.SPARED, ends_at=wish.ends_at)
        if downtime is None:
            downtime = await self._create(muting, wish)
        else:
            self._tally.found_done(Repeat.DOWNTIME)
        ends_at = downtime.end_at or wish.ends_at
        await self._save(muting, state=MutingState.ACTIVE, downtime_id=downtime.id, ends_at=ends_at)
        return MutingOutcome(state=MutingState.ACTIVE, ends_at=ends_at)

    @activity.defn
    async def is_alerting(self, key: str) -> bool:
        """Only reads: whether what is muted has neither recovered nor been closed."""
        return await self._still_alerts(await self._mutings.get_muting(key))

    @activity.defn
    async def lift_downtime(self, end: MutingEnd) -> None:
        """Safe to repeat: a cancelled downtime stays cancelled, and one that is gone is lifted."""
        muting = await self._mutings.get_muting(end.key)
        with suppress(NotFound):  # deleted by somebody: nothing is muted, as was wanted
            await self._downtimes.cancel_downtime(muting.downtime_id)
        await self._end(muting, end)

    @activity.defn
    async def note_muting(self, end: MutingEnd) -> None:
        """Safe to repeat: overwrites the same fields of one row. Asks nothing of Datadog."""
        await self._end(await self._mutings.get_muting(end.key), end)

    async def _is_wanted(self, muting: Muting) -> bool:
        return muting.trigger == "recovery" or await self._still_alerts(muting)

    async def _still_alerts(self, muting: Muting) -> bool:
        return is_alerting(await self._incidents.get_incident(muting.incident_id), muting)

    async def _create(self, muting: Muting, wish: MutingWish) -> Downtime:
        if muting.monitor_id is None:
            raise Broken(f"muting {muting.key!r} was planned without a monitor")
        incident = await self._incidents.get_incident(muting.incident_id)
        request = DowntimeRequest(
            key=muting.key,
            monitor_id=muting.monitor_id,
            scope=muting.scope,
            message=message_of(muting.key, incident.key, muting.config_name),
            end_at=wish.ends_at,
        )
        return await self._downtimes.create_downtime(request)

    async def _end(self, muting: Muting, end: MutingEnd) -> None:
        await self._save(muting, state=end.state, note=end.note, over_at=end.over_at)

    async def _save(self, muting: Muting, **changes: object) -> None:
        await self._mutings.save_muting(muting.model_copy(update=changes))
