"""One downtime per key, whatever crashes, and an honest record of it."""

from datetime import timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.downtimes import DowntimeActivities
from domain.downtimes import DowntimeStatus
from domain.errors import Broken, Unavailable
from domain.incidents import IncidentState
from domain.mutings import Muting, MutingEnd, MutingOutcome, MutingState, MutingWish
from tests.factories import NOON, a_muting, an_episode, an_incident
from tests.fakes.downtimes import FakeDowntimes
from tests.fakes.incidents import FakeIncidents
from tests.fakes.mutings import FakeMutings
from tests.fakes.store_state import FakeState
from tests.fakes.telemetry import FakeTally

ENVIRONMENT = ActivityEnvironment()
END = NOON + timedelta(hours=2)
RECOVERED = an_incident(episodes=(an_episode(recovered_at=NOON),))


class Switchboard:
    """One planned muting, and the steps that carry it out."""

    def __init__(self, downtimes: FakeDowntimes | None = None, **changes: object) -> None:
        state = FakeState()
        self.downtimes = downtimes or FakeDowntimes()
        self.mutings = FakeMutings(state)
        self.incidents = FakeIncidents(state)
        self.incidents.add(an_incident())
        self.muting = a_muting(**changes)
        state.mutings[self.muting.key] = self.muting
        self.steps = DowntimeActivities(self.downtimes, self.mutings, self.incidents)

    async def mute(self) -> MutingOutcome:
        return await ENVIRONMENT.run(
            self.steps.mute_monitor, MutingWish(key=self.muting.key, ends_at=END)
        )

    async def end(self, state: MutingState) -> Muting:
        end = MutingEnd(key=self.muting.key, state=state, over_at=END)
        await ENVIRONMENT.run(self.steps.lift_downtime, end)
        return await self.mutings.get_muting(self.muting.key)


async def test_muting_twice_makes_one_downtime() -> None:
    board = Switchboard()

    first = await board.mute()
    again = await board.mute()

    assert first == again == MutingOutcome(state=MutingState.ACTIVE, ends_at=END)
    assert len(board.downtimes.created) == 1


async def test_a_retry_after_a_crash_finds_what_was_made() -> None:
    board = Switchboard(FakeDowntimes(crashes_with=Unavailable("dropped")))
    with pytest.raises(Unavailable):
        await board.mute()

    await board.mute()

    [downtime] = board.downtimes.downtimes.values()
    assert (await board.mutings.get_muting(board.muting.key)).downtime_id == downtime.id


async def test_what_recovered_meanwhile_is_spared() -> None:
    board = Switchboard()
    board.incidents.add(RECOVERED)

    outcome = await board.mute()

    assert outcome.state is MutingState.SPARED
    assert board.downtimes.created == []


async def test_a_recovery_between_a_crash_and_its_retry_forgets_no_downtime() -> None:
    board = Switchboard(FakeDowntimes(crashes_with=Unavailable("dropped")))
    with pytest.raises(Unavailable):
        await board.mute()
    board.incidents.add(RECOVERED)

    outcome = await board.mute()

    assert outcome.state is MutingState.ACTIVE


async def test_a_muting_after_a_recovery_is_made_though_nothing_alerts() -> None:
    board = Switchboard(trigger="recovery")
    board.incidents.add(RECOVERED.model_copy(update={"state": IncidentState.RESOLVED}))

    assert (await board.mute()).state is MutingState.ACTIVE


async def test_without_a_monitor_nothing_is_ever_muted() -> None:
    board = Switchboard(monitor_id=None)

    with pytest.raises(Broken):
        await board.mute()

    assert board.downtimes.created == []


async def test_lifting_cancels_in_datadog_and_is_noted() -> None:
    board = Switchboard()
    await board.mute()

    muting = await board.end(MutingState.LIFTED)

    [downtime] = board.downtimes.downtimes.values()
    assert downtime.status is DowntimeStatus.CANCELED
    assert (muting.state, muting.over_at) == (MutingState.LIFTED, END)


async def test_lifting_what_somebody_deleted_is_no_error() -> None:
    board = Switchboard()
    await board.mute()
    board.downtimes.downtimes.clear()

    assert (await board.end(MutingState.LIFTED)).state is MutingState.LIFTED


async def test_a_downtime_that_an_earlier_try_made_is_counted_as_found() -> None:
    board, tally = Switchboard(), FakeTally()
    board.steps.counted_by(tally)

    await board.mute()
    await board.mute()

    assert tally.counted == {"repeat downtime": 1}
