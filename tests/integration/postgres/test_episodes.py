"""Which episode and incident an alert belongs to, in whatever order alerts arrive."""

from datetime import timedelta

import pytest

from domain.alerts import AlertStatus, Transition
from domain.deliveries import EventStatus
from domain.incidents import Incident, IncidentState
from tests.factories import NOON
from tests.integration.postgres.stores import Stores, claim, deliver, listed_incidents

MINUTE = timedelta(minutes=1)
RECOVERY = {"transition": Transition.RECOVERED, "status": AlertStatus.OK}


async def only_incident(stores: Stores) -> Incident:
    [incident], _ = await listed_incidents(stores, page=1, per_page=10)
    return await stores.incidents.get_incident(incident.id)


async def end(stores: Stores, incident_id: int, state: IncidentState) -> None:
    assert await stores.incidents.end_incident(
        incident_id, state, seen=10, ended_at=NOON + timedelta(hours=1)
    )


async def test_a_recovery_closes_its_episode_when_it_happened(stores: Stores) -> None:
    await deliver(stores)
    await deliver(stores, **RECOVERY, happened_at=NOON + 5 * MINUTE)

    await claim(stores)

    incident = await only_incident(stores)
    assert incident.recovered_at == NOON + 5 * MINUTE


async def test_a_recovery_never_ends_an_episode_before_its_start(stores: Stores) -> None:
    await deliver(stores)
    await claim(stores)
    await deliver(stores, **RECOVERY, happened_at=NOON - MINUTE)

    await claim(stores)

    assert (await only_incident(stores)).recovered_at == NOON


async def test_a_second_recovery_does_not_move_the_first(stores: Stores) -> None:
    await deliver(stores)
    await deliver(stores, **RECOVERY, happened_at=NOON + 5 * MINUTE)
    await deliver(stores, **RECOVERY, happened_at=NOON + 9 * MINUTE)

    await claim(stores)

    assert (await only_incident(stores)).recovered_at == NOON + 5 * MINUTE


async def test_a_recovery_of_nothing_known_opens_no_incident(stores: Stores) -> None:
    event_id = await deliver(stores, **RECOVERY)

    assert await claim(stores) == []
    event = await stores.inbox.get_event(event_id)
    assert event.status is EventStatus.PROCESSED
    assert event.incident_id is None
    assert await listed_incidents(stores, page=1, per_page=10) == ((), 0)


@pytest.mark.parametrize("cycle_key", ["cycle-1", ""])
async def test_a_recovery_that_overtook_its_alert_is_dispatched_with_it(
    stores: Stores, cycle_key: str
) -> None:
    recovery = await deliver(stores, **RECOVERY, happened_at=NOON + 5 * MINUTE, cycle_key=cycle_key)
    await claim(stores)
    trigger = await deliver(stores, cycle_key=cycle_key)

    [dispatch] = await claim(stores)

    assert [alert.event_id for alert in dispatch.alerts] == [trigger, recovery]
    incident = await only_incident(stores)
    assert incident.recovered_at == NOON + 5 * MINUTE
    assert incident.event_ids == tuple(sorted((trigger, recovery)))


async def test_an_adopted_recovery_comes_back_when_its_lease_runs_out(stores: Stores) -> None:
    await deliver(stores, **RECOVERY, happened_at=NOON + MINUTE)
    await claim(stores)
    await deliver(stores)
    before = await claim(stores, lease=timedelta(0))

    assert await claim(stores) == before


async def test_an_alert_after_an_unmatched_recovery_does_not_adopt_it(stores: Stores) -> None:
    await deliver(stores, **RECOVERY, cycle_key="")
    await claim(stores)
    await deliver(stores, happened_at=NOON + MINUTE, cycle_key="")

    [dispatch] = await claim(stores)

    assert len(dispatch.alerts) == 1
    assert (await only_incident(stores)).recovered_at is None


async def test_each_alert_adopts_the_recovery_that_followed_it(stores: Stores) -> None:
    await deliver(stores, **RECOVERY, happened_at=NOON + 1 * MINUTE, cycle_key="")
    await deliver(stores, **RECOVERY, happened_at=NOON + 3 * MINUTE, cycle_key="")
    await claim(stores)
    await deliver(stores, happened_at=NOON, cycle_key="")
    await deliver(stores, happened_at=NOON + 2 * MINUTE, cycle_key="")

    await claim(stores)

    ends = [episode.recovered_at for episode in (await only_incident(stores)).episodes]
    assert ends == [NOON + 1 * MINUTE, NOON + 3 * MINUTE]


async def test_with_a_cycle_key_whatever_follows_the_recovery_opens_nothing(
    stores: Stores,
) -> None:
    await deliver(stores)
    await deliver(stores, **RECOVERY, happened_at=NOON + MINUTE)
    [opened] = await claim(stores)
    await end(stores, opened.incident_id, IncidentState.RESOLVED)
    await deliver(stores, transition=Transition.RENOTIFY, happened_at=NOON + 2 * MINUTE)

    [dispatch] = await claim(stores)

    assert dispatch.incident_id == opened.incident_id
    assert (await only_incident(stores)).recovered_at == NOON + MINUTE


async def test_without_a_cycle_key_an_alert_after_the_recovery_is_a_new_episode(
    stores: Stores,
) -> None:
    await deliver(stores, cycle_key="")
    await deliver(stores, **RECOVERY, happened_at=NOON + MINUTE, cycle_key="")
    await claim(stores)
    await deliver(stores, happened_at=NOON + 2 * MINUTE, cycle_key="")

    await claim(stores)

    first, second = (await only_incident(stores)).episodes
    assert first.recovered_at == NOON + MINUTE
    assert second.recovered_at is None


async def test_without_a_cycle_key_a_late_alert_belongs_to_the_old_episode(
    stores: Stores,
) -> None:
    await deliver(stores, cycle_key="")
    await deliver(stores, **RECOVERY, happened_at=NOON + 5 * MINUTE, cycle_key="")
    [opened] = await claim(stores)
    await end(stores, opened.incident_id, IncidentState.RESOLVED)
    await deliver(
        stores, transition=Transition.RENOTIFY, happened_at=NOON + 5 * MINUTE, cycle_key=""
    )

    [dispatch] = await claim(stores)

    assert dispatch.incident_id == opened.incident_id
    assert len((await only_incident(stores)).episodes) == 1


async def test_without_a_cycle_key_a_late_recovery_does_not_close_a_newer_alert(
    stores: Stores,
) -> None:
    await deliver(stores, cycle_key="")
    await deliver(stores, happened_at=NOON + 2 * MINUTE, cycle_key="")
    await claim(stores)
    await deliver(stores, **RECOVERY, happened_at=NOON + MINUTE, cycle_key="")

    await claim(stores)

    assert (await only_incident(stores)).recovered_at is None


async def test_without_a_cycle_key_the_newer_alerts_own_recovery_closes_it(
    stores: Stores,
) -> None:
    await deliver(stores, cycle_key="")
    await deliver(stores, happened_at=NOON + 2 * MINUTE, cycle_key="")
    await claim(stores)
    await deliver(stores, **RECOVERY, happened_at=NOON + MINUTE, cycle_key="")
    await deliver(stores, **RECOVERY, happened_at=NOON + 3 * MINUTE, cycle_key="")

    await claim(stores)

    assert (await only_incident(stores)).recovered_at == NOON + 3 * MINUTE


async def test_an_idle_incident_takes_its_own_episodes_recovery(stores: Stores) -> None:
    await deliver(stores)
    [opened] = await claim(stores)
    await end(stores, opened.incident_id, IncidentState.IDLE)
    await deliver(stores, **RECOVERY, happened_at=NOON + MINUTE)

    [dispatch] = await claim(stores)

    assert dispatch.incident_id == opened.incident_id


async def test_an_idle_incident_takes_no_new_episode_of_its_group(stores: Stores) -> None:
    await deliver(stores)
    [opened] = await claim(stores)
    await end(stores, opened.incident_id, IncidentState.IDLE)
    await deliver(stores, cycle_key="cycle-2")

    [dispatch] = await claim(stores)

    assert dispatch.incident_id != opened.incident_id


async def test_without_a_cycle_key_news_after_idling_is_a_new_alert(stores: Stores) -> None:
    await deliver(stores, cycle_key="")
    [opened] = await claim(stores)
    await end(stores, opened.incident_id, IncidentState.IDLE)
    await deliver(stores, cycle_key="", event_id="2", happened_at=NOON + 60 * MINUTE)

    [dispatch] = await claim(stores)

    assert dispatch.incident_id != opened.incident_id
    assert (await stores.incidents.get_incident(opened.incident_id)).recovered_at == NOON


@pytest.mark.parametrize("transition", [Transition.RENOTIFY, Transition.RECOVERED])
async def test_what_is_no_news_after_idling_belongs_to_the_old_alert(
    stores: Stores, transition: Transition
) -> None:
    await deliver(stores, cycle_key="")
    [opened] = await claim(stores)
    await end(stores, opened.incident_id, IncidentState.IDLE)
    later = NOON + 60 * MINUTE
    await deliver(stores, cycle_key="", event_id="2", transition=transition, happened_at=later)

    [dispatch] = await claim(stores)

    assert dispatch.incident_id == opened.incident_id


async def test_a_reminder_of_nothing_known_opens_an_incident(stores: Stores) -> None:
    await deliver(stores, transition=Transition.RENOTIFY)

    await claim(stores)

    assert (await only_incident(stores)).state is IncidentState.OPEN


async def test_an_incident_is_named_after_its_first_alert(stores: Stores) -> None:
    await deliver(stores, monitor_name="Latency is high")
    await claim(stores)
    await deliver(stores, monitor_name="Error rate is high", cycle_key="cycle-2")
    await claim(stores)

    incident = await only_incident(stores)

    assert incident.title == "Latency is high"
    assert (incident.service, incident.env, incident.monitor_id) == ("checkout", "prod", 42)


@pytest.mark.parametrize(
    ("priorities", "most_urgent"),
    [(("P3", "P1", "P2"), "P1"), (("", "P4"), "P4"), (("P4", ""), "P4"), (("", ""), "")],
)
async def test_an_incident_is_as_urgent_as_its_most_urgent_alert(
    stores: Stores, priorities: tuple[str, ...], most_urgent: str
) -> None:
    for n, priority in enumerate(priorities):
        await deliver(stores, priority=priority, cycle_key=f"cycle-{n}")

    await claim(stores)

    assert (await only_incident(stores)).priority == most_urgent


async def test_an_incident_spans_its_alerts_whatever_their_order(stores: Stores) -> None:
    await deliver(stores, transition=Transition.RENOTIFY, happened_at=NOON + 5 * MINUTE)
    await claim(stores)
    await deliver(stores, happened_at=NOON)
    await claim(stores)

    incident = await only_incident(stores)

    assert incident.first_alert_at == NOON
    assert incident.last_alert_at == NOON + 5 * MINUTE
    assert incident.episodes[0].started_at == NOON
