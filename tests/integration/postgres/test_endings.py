"""Incidents that people close or merge, on both players."""

from datetime import timedelta

import pytest

from domain.alerts import AlertStatus, Transition
from domain.audit import Author
from domain.errors import Conflict, InvalidInput, NotFound
from domain.incidents import IncidentState
from domain.people import Proof
from tests.factories import NOON
from tests.integration.postgres.stores import Stores, claim, deliver

ANN = Author(who="ann", how=Proof.LOCAL)
LATER = NOON + timedelta(hours=1)


async def an_incident_of(stores: Stores, service: str, **alert: object) -> int:
    changes = {"service": service, "cycle_key": service, "event_id": service} | alert
    await deliver(stores, **changes)
    [dispatch] = await claim(stores)
    return dispatch.incident_id


async def close(stores: Stores, incident_id: int, why: str = "a test alert") -> bool:
    return await stores.endings.close_incident(incident_id, why=why, now=LATER, signed=ANN)


async def merge(stores: Stores, incident_id: int, into: int) -> None:
    await stores.endings.merge_incident(incident_id, into=into, now=LATER, signed=ANN)


async def test_all_that_alerts_in_a_closed_incident_has_recovered(stores: Stores) -> None:
    incident_id = await an_incident_of(stores, "checkout")

    assert await close(stores, incident_id)

    incident = await stores.incidents.get_incident(incident_id)
    assert incident.recovered_at == LATER
    assert incident.ended_by_hand == "closed by ann: a test alert"


async def test_an_incident_is_closed_once(stores: Stores) -> None:
    incident_id = await an_incident_of(stores, "checkout")
    await close(stores, incident_id)

    assert not await close(stores, incident_id, why="again")

    assert (await stores.incidents.get_incident(incident_id)).closed_why == "a test alert"


async def test_an_incident_that_ended_by_itself_needs_no_closing(stores: Stores) -> None:
    incident_id = await an_incident_of(stores, "checkout")
    await stores.incidents.end_incident(incident_id, IncidentState.RESOLVED, seen=1, ended_at=LATER)

    assert not await close(stores, incident_id)


async def test_what_still_alerts_moves_to_the_other_incident(stores: Stores) -> None:
    first, second = await an_incident_of(stores, "a"), await an_incident_of(stores, "b")

    await merge(stores, first, second)

    left, grown = [await stores.incidents.get_incident(one) for one in (first, second)]
    assert (left.state, left.merged_into, left.episodes) == (IncidentState.RESOLVED, second, ())
    assert left.ended_by_hand == f"merged into incident {second} by ann"
    assert len(grown.episodes) == 2


async def test_the_other_takes_the_higher_priority_and_the_earlier_beginning(
    stores: Stores,
) -> None:
    early = NOON - timedelta(minutes=5)
    first = await an_incident_of(stores, "a", priority="P1", happened_at=early)
    second = await an_incident_of(stores, "b", priority="P3")

    await merge(stores, first, second)

    grown = await stores.incidents.get_incident(second)
    assert (grown.priority, grown.first_alert_at) == ("P1", early)


async def test_a_recovery_of_what_moved_is_told_to_the_other(stores: Stores) -> None:
    first, second = await an_incident_of(stores, "a"), await an_incident_of(stores, "b")
    await merge(stores, first, second)

    recovery = {"transition": Transition.RECOVERED, "status": AlertStatus.OK}
    found = await an_incident_of(stores, "a", happened_at=LATER, **recovery)

    assert found == second


async def test_a_new_alert_of_a_merged_group_joins_the_other(stores: Stores) -> None:
    first, second = await an_incident_of(stores, "a"), await an_incident_of(stores, "b")
    await merge(stores, first, second)

    assert await an_incident_of(stores, "a", cycle_key="new", event_id="new") == second


async def test_once_the_other_is_over_a_merged_group_is_itself_again(stores: Stores) -> None:
    first, second = await an_incident_of(stores, "a"), await an_incident_of(stores, "b")
    await merge(stores, first, second)
    await stores.incidents.end_incident(second, IncidentState.RESOLVED, seen=9, ended_at=LATER)

    found = await an_incident_of(stores, "a", cycle_key="new", event_id="new")

    assert found not in (first, second)


async def test_merging_again_changes_nothing(stores: Stores) -> None:
    first, second = await an_incident_of(stores, "a"), await an_incident_of(stores, "b")
    await merge(stores, first, second)
    before = await stores.incidents.get_incident(second)

    await merge(stores, first, second)

    assert await stores.incidents.get_incident(second) == before


async def test_an_incident_is_not_merged_into_itself(stores: Stores) -> None:
    incident_id = await an_incident_of(stores, "a")

    with pytest.raises(InvalidInput, match="into itself"):
        await merge(stores, incident_id, incident_id)


async def test_no_circle_of_merges_comes_about(stores: Stores) -> None:
    first, second, third = [await an_incident_of(stores, name) for name in "abc"]
    await merge(stores, first, second)

    for incident_id, into in ((second, first), (first, third)):
        with pytest.raises(Conflict):
            await merge(stores, incident_id, into)


async def test_nothing_is_merged_into_what_is_over(stores: Stores) -> None:
    first, second = await an_incident_of(stores, "a"), await an_incident_of(stores, "b")
    await stores.incidents.end_incident(second, IncidentState.RESOLVED, seen=9, ended_at=LATER)

    with pytest.raises(Conflict, match="over"):
        await merge(stores, first, second)


async def test_what_is_not_there_is_neither_closed_nor_merged(stores: Stores) -> None:
    incident_id = await an_incident_of(stores, "a")

    with pytest.raises(NotFound, match="404"):
        await close(stores, 404)
    with pytest.raises(NotFound, match="404"):
        await merge(stores, 404, incident_id)
    with pytest.raises(NotFound, match="404"):
        await merge(stores, incident_id, 404)
