"""What Rayne muted, on both players."""

from datetime import timedelta

import pytest

from domain.errors import NotFound
from domain.mutings import MutingState
from tests.factories import NOON, a_muting
from tests.integration.postgres.stores import Stores, claim, deliver

HOUR = timedelta(hours=1)


async def an_incident(stores: Stores) -> int:
    await deliver(stores)
    [dispatch] = await claim(stores)
    return dispatch.incident_id


async def test_a_planned_muting_comes_back_whole(stores: Stores) -> None:
    muting = a_muting(incident_id=await an_incident(stores), duration=timedelta(days=2))

    await stores.mutings.plan_mutings([muting])

    assert await stores.mutings.get_muting(muting.key) == muting


async def test_planning_again_leaves_what_became_of_it(stores: Stores) -> None:
    muting = a_muting(incident_id=await an_incident(stores))
    cancelled = muting.model_copy(update={"state": MutingState.CANCELLED, "over_at": NOON})
    await stores.mutings.plan_mutings([muting])
    await stores.mutings.save_muting(cancelled)

    await stores.mutings.plan_mutings([muting])

    assert await stores.mutings.get_muting(muting.key) == cancelled


async def test_what_became_of_a_muting_is_kept(stores: Stores) -> None:
    muting = a_muting(incident_id=await an_incident(stores))
    await stores.mutings.plan_mutings([muting])
    active = muting.model_copy(
        update={
            "state": MutingState.ACTIVE,
            "note": "as asked",
            "downtime_id": "d-1",
            "ends_at": NOON + HOUR,
        }
    )

    await stores.mutings.save_muting(active)

    kept = await stores.mutings.get_muting(muting.key)
    assert (kept.state, kept.downtime_id, kept.ends_at) == ("active", "d-1", NOON + HOUR)


async def test_mutings_are_listed_oldest_first_and_only_of_their_incident(stores: Stores) -> None:
    incident_id = await an_incident(stores)
    late = a_muting(key="rayne-1-b", incident_id=incident_id, asked_at=NOON + HOUR)
    early = a_muting(key="rayne-1-c", incident_id=incident_id)
    await stores.mutings.plan_mutings([late, early])

    assert await stores.mutings.list_mutings(incident_id) == (early, late)
    assert await stores.mutings.list_mutings(incident_id + 1) == ()


async def test_an_incident_shows_its_mutings(stores: Stores) -> None:
    muting = a_muting(incident_id=await an_incident(stores), duration=timedelta(hours=30))
    await stores.mutings.plan_mutings([muting])

    incident = await stores.incidents.get_incident(muting.incident_id)

    assert incident.downtimes == (muting,)


async def test_an_unknown_muting_is_not_found(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.mutings.get_muting("rayne-1-unknown")
    with pytest.raises(NotFound):
        await stores.mutings.save_muting(a_muting(key="rayne-1-unknown"))
