"""Incidents as people and workflows see them, and how they end."""

from datetime import timedelta

import pytest

from domain.alerts import AlertStatus, Transition
from domain.analysis import AnalysisKey, Outcome
from domain.errors import NotFound
from domain.incidents import MAX_ALERTS, IncidentState
from domain.notebook import NotebookReference
from tests.factories import NOON, a_conclusion, a_frame, an_alert
from tests.integration.postgres.stores import Stores, claim, deliver, listed_incidents

HOUR = timedelta(hours=1)


async def an_open_incident(stores: Stores) -> int:
    await deliver(stores)
    [dispatch] = await claim(stores)
    return dispatch.incident_id


async def end(stores: Stores, incident_id: int, state: IncidentState, *, seen: int) -> bool:
    return await stores.incidents.end_incident(incident_id, state, seen=seen, ended_at=NOON + HOUR)


async def test_a_new_incident_shows_its_episode_and_deliveries(stores: Stores) -> None:
    event_id = await deliver(stores)
    [dispatch] = await claim(stores)

    incident = await stores.incidents.get_incident(dispatch.incident_id)

    assert incident.key == dispatch.incident_key
    assert incident.state is IncidentState.OPEN
    assert incident.group_key == "1234|env=prod,service=checkout"
    assert incident.event_ids == (event_id,)
    assert (incident.analyses, incident.outcome, incident.notebook) == (0, "", None)
    [episode] = incident.episodes
    assert (episode.key, episode.started_at) == ("1234|cycle=cycle-1", NOON)
    assert episode.scope == ("env:prod", "service:checkout")


@pytest.mark.parametrize(
    ("joined", "has_news", "has_no_data"),
    [
        ([("Triggered", "Alert")], True, False),
        ([("No Data", "No Data")], False, True),
        ([("No Data", "No Data"), ("Renotify", "Alert")], False, True),
        ([("Renotify", "Alert"), ("Recovered", "OK")], False, False),
        ([("Recovered", "OK"), ("Unknown", "Alert")], True, False),
    ],
)
async def test_a_glance_tells_whether_there_is_a_reason_to_analyse(
    stores: Stores, joined: list[tuple[str, str]], has_news: bool, has_no_data: bool
) -> None:
    for number, (transition, status) in enumerate(joined):
        await deliver(
            stores,
            transition=Transition(transition),
            status=AlertStatus(status),
            happened_at=NOON + number * HOUR,
        )
    [dispatch] = await claim(stores)

    glance = await stores.incidents.glance(dispatch.incident_id)

    assert (glance.has_news, glance.has_no_data) == (has_news, has_no_data)


async def test_a_glance_agrees_with_the_whole_incident(stores: Stores) -> None:
    incident_id = await an_open_incident(stores)
    await deliver(
        stores, transition=Transition.RECOVERED, status=AlertStatus.OK, happened_at=NOON + HOUR
    )
    await claim(stores)
    await stores.analyses.open_analysis(a_frame(incident_id=incident_id, number=1))
    key = AnalysisKey(incident_id=incident_id, number=1)
    await stores.analyses.finish_analysis(key, (), a_conclusion())

    glance = await stores.incidents.glance(incident_id)

    whole = await stores.incidents.get_incident(incident_id)
    assert glance.recovered_at == whole.recovered_at == NOON + HOUR
    assert glance.deliveries == len(whole.event_ids) == 2
    assert (glance.analyses, glance.outcome) == (1, whole.outcome)
    assert (glance.id, glance.title, glance.state) == (whole.id, whole.title, whole.state)


async def test_incidents_are_listed_newest_first_without_their_deliveries(stores: Stores) -> None:
    for n in range(3):
        await deliver(stores, service=f"service-{n}", cycle_key=f"cycle-{n}")
    ids = [dispatch.incident_id for dispatch in await claim(stores)]

    page, total = await listed_incidents(stores, page=1, per_page=2)

    assert [incident.id for incident in page] == [ids[2], ids[1]]
    assert [incident.event_ids for incident in page] == [(), ()]
    assert all(incident.episodes for incident in page)
    assert total == 3


async def test_the_alerts_of_an_incident_come_oldest_first_and_whole(stores: Stores) -> None:
    late = an_alert(happened_at=NOON + HOUR, cycle_key="cycle-2", message="second")
    await deliver(stores, **late.model_dump())
    await deliver(stores, message="first")
    [dispatch] = await claim(stores)

    alerts = await stores.incidents.alerts_of(dispatch.incident_id)

    assert alerts == (an_alert(message="first"), late)


async def test_of_a_storm_only_the_first_alerts_are_read(stores: Stores) -> None:
    for number in range(MAX_ALERTS + 1):
        moment = NOON + timedelta(seconds=number)
        await deliver(stores, message=str(number), happened_at=moment)
    [dispatch] = await claim(stores, limit=MAX_ALERTS + 1)

    alerts = await stores.incidents.alerts_of(dispatch.incident_id)

    assert len(dispatch.alerts) == MAX_ALERTS + 1
    assert [alert.message for alert in alerts] == [str(number) for number in range(MAX_ALERTS)]


@pytest.mark.parametrize("state", [IncidentState.IDLE, IncidentState.RESOLVED])
async def test_an_incident_ends_when_everything_that_joined_was_seen(
    stores: Stores, state: IncidentState
) -> None:
    incident_id = await an_open_incident(stores)

    assert await end(stores, incident_id, state, seen=1)

    incident = await stores.incidents.get_incident(incident_id)
    assert (incident.state, incident.ended_at) == (state, NOON + HOUR)


async def test_an_incident_does_not_end_under_a_delivery_that_just_joined(stores: Stores) -> None:
    incident_id = await an_open_incident(stores)
    await deliver(stores, cycle_key="cycle-2")
    await claim(stores)

    assert not await end(stores, incident_id, IncidentState.RESOLVED, seen=1)

    incident = await stores.incidents.get_incident(incident_id)
    assert (incident.state, incident.ended_at) == (IncidentState.OPEN, None)


async def test_ending_again_changes_nothing(stores: Stores) -> None:
    incident_id = await an_open_incident(stores)
    await end(stores, incident_id, IncidentState.RESOLVED, seen=1)

    answer = await stores.incidents.end_incident(
        incident_id, IncidentState.RESOLVED, seen=1, ended_at=NOON + 2 * HOUR
    )

    assert answer
    assert (await stores.incidents.get_incident(incident_id)).ended_at == NOON + HOUR


async def test_an_idle_incident_can_still_be_resolved(stores: Stores) -> None:
    incident_id = await an_open_incident(stores)
    await end(stores, incident_id, IncidentState.IDLE, seen=1)

    assert await end(stores, incident_id, IncidentState.RESOLVED, seen=1)

    assert (await stores.incidents.get_incident(incident_id)).state is IncidentState.RESOLVED


async def test_a_resolved_incident_never_becomes_idle(stores: Stores) -> None:
    incident_id = await an_open_incident(stores)
    await end(stores, incident_id, IncidentState.RESOLVED, seen=1)

    assert await end(stores, incident_id, IncidentState.IDLE, seen=1)

    assert (await stores.incidents.get_incident(incident_id)).state is IncidentState.RESOLVED


async def test_an_ended_incident_leaves_its_group_to_the_next(stores: Stores) -> None:
    incident_id = await an_open_incident(stores)
    await end(stores, incident_id, IncidentState.RESOLVED, seen=1)
    await deliver(stores, cycle_key="cycle-2")

    [dispatch] = await claim(stores)

    assert dispatch.incident_id != incident_id


async def test_an_incident_shows_its_notebook(stores: Stores) -> None:
    incident_id = await an_open_incident(stores)
    notebook = NotebookReference(id=9, url="https://notebooks.test/9", cell_ids=("a", "b"))

    await stores.incidents.set_notebook(incident_id, notebook)

    assert (await stores.incidents.get_incident(incident_id)).notebook == notebook


async def test_an_incident_shows_the_outcome_of_its_latest_finished_analysis(
    stores: Stores,
) -> None:
    incident_id = await an_open_incident(stores)
    for number, outcome in enumerate((Outcome.INCONCLUSIVE, Outcome.CONFIRMED, None), start=1):
        await stores.analyses.open_analysis(a_frame(incident_id=incident_id, number=number))
        if outcome:
            key = AnalysisKey(incident_id=incident_id, number=number)
            await stores.analyses.finish_analysis(key, [], a_conclusion(outcome=outcome))

    incident = await stores.incidents.get_incident(incident_id)

    assert incident.outcome == "CONFIRMED"
    assert incident.analyses == 3


async def test_an_unknown_incident_is_not_found(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.incidents.get_incident(404)
    with pytest.raises(NotFound):
        await end(stores, 404, IncidentState.IDLE, seen=0)
    with pytest.raises(NotFound):
        await stores.incidents.set_notebook(404, NotebookReference(id=1, url="u"))
