"""A seed's alerts are as many as asked for, always the same, and make sense."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.alerts import Alert, AlertStatus
from domain.demo_history import Seeds, seeds
from domain.demo_monitors import ALL, KINDS, demo_monitors
from domain.demo_stories import LIVE, MONITORS, QUIET
from domain.incidents import IncidentState
from tests.factories import NOON

OLDEST = timedelta(days=14)

any_seed = st.integers(0, 2**53 - 1)
counts = st.integers(1, 120)
moments = st.integers(-(10**14), 10**14).map(lambda us: NOON + timedelta(microseconds=us))


def alerts_of(sown: Seeds) -> list[Alert]:
    past = [d.alert for incident in sown.past for d in incident.deliveries]
    return [alert for alert in (*past, *(d.alert for d in sown.live)) if alert]


@given(any_seed, moments, st.integers(1, 300))
@settings(max_examples=8, deadline=None)
def test_a_seed_has_as_many_readable_deliveries_as_asked_for(
    seed: int, at: datetime, count: int
) -> None:
    sown = seeds(seed, at, count)

    assert len(set(sown.keys)) == len(alerts_of(sown)) == count
    assert len(sown.live) == min(LIVE, count)


@given(any_seed, moments, counts)
@settings(max_examples=8, deadline=None)
def test_the_same_question_has_the_same_answer(seed: int, at: datetime, count: int) -> None:
    assert seeds(seed, at, count) == seeds(seed, at, count)


@given(any_seed, moments, counts, counts)
@settings(max_examples=8, deadline=None)
def test_a_larger_count_contains_a_smaller_one(
    seed: int, at: datetime, one: int, other: int
) -> None:
    small, large = sorted((one, other))

    assert set(seeds(seed, at, small).keys) <= set(seeds(seed, at, large).keys)


@given(any_seed, any_seed, moments)
@settings(max_examples=8, deadline=None)
def test_no_two_seeds_share_a_delivery(one: int, other: int, at: datetime) -> None:
    shared = set(seeds(one, at, 50).keys) & set(seeds(other, at, 50).keys)

    assert not shared or one == other


@given(any_seed, moments, st.integers(1, 300))
@settings(max_examples=8, deadline=None)
def test_nothing_is_seeded_into_the_future_or_a_long_gone_past(
    seed: int, at: datetime, count: int
) -> None:
    sown = seeds(seed, at, count)

    received = [d.received_at for i in sown.past for d in i.deliveries]
    received += [delivery.received_at for delivery in sown.live]
    assert at - OLDEST < min(received)
    assert max(received) <= at
    assert all(incident.ended_at <= at for incident in sown.past)


@given(any_seed, moments)
@settings(max_examples=8, deadline=None)
def test_titles_are_of_the_monitor_and_messages_of_the_state(seed: int, at: datetime) -> None:
    monitors = {monitor.id: monitor for monitor in demo_monitors(seed, MONITORS)}
    words = {
        AlertStatus.ALERT: "above",
        AlertStatus.WARN: "above",
        AlertStatus.OK: "is back at",
        AlertStatus.NO_DATA: "has sent no data",
    }

    for alert in alerts_of(seeds(seed, at, 100)):
        monitor = monitors[alert.monitor_id or 0]
        assert alert.monitor_name == monitor.name
        assert alert.title.endswith(f"on {{host:{alert.hostname}}}] {monitor.name}")
        assert words[alert.status] in alert.message
        assert alert.hostname in monitor.hosts
        assert alert.tags[:3] == monitor.tags


@given(any_seed, moments, st.integers(1, 300))
@settings(max_examples=8, deadline=None)
def test_an_incident_is_over_when_each_of_its_episodes_recovered(
    seed: int, at: datetime, count: int
) -> None:
    for incident in seeds(seed, at, count).past:
        is_over = all(episode.recovered_at for episode in incident.episodes)
        assert (incident.state is IncidentState.RESOLVED) == is_over
        for episode in incident.episodes:
            assert episode.recovered_at is None or episode.started_at < episode.recovered_at


@given(any_seed, moments, st.integers(1, 300))
@settings(max_examples=8, deadline=None)
def test_only_the_last_incident_may_be_cut_short(seed: int, at: datetime, count: int) -> None:
    states = [incident.state for incident in seeds(seed, at, count).past]

    assert set(states[:-1]) <= {IncidentState.RESOLVED}


@given(any_seed, moments)
@settings(max_examples=8, deadline=None)
def test_two_incidents_of_one_group_are_never_near_each_other(seed: int, at: datetime) -> None:
    groups: dict[str, list[tuple[datetime, datetime]]] = {}
    for incident in seeds(seed, at, 300).past:
        span = (incident.first_alert_at, incident.last_alert_at)
        groups.setdefault(incident.group_key, []).append(span)

    for spans in groups.values():
        for (_, ended), (began, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
            assert began - ended >= QUIET


def test_every_state_is_seen_and_recoveries_are_as_many_as_episodes() -> None:
    sown = seeds(1, NOON, 500)

    statuses = Counter(alert.status for alert in alerts_of(sown))
    episodes = sum(len(incident.episodes) for incident in sown.past)
    assert set(statuses) == set(AlertStatus)
    assert statuses[AlertStatus.OK] in (episodes, episodes - 1, episodes - 2)


def test_more_goes_wrong_by_day_than_by_night() -> None:
    hours = Counter(i.first_alert_at.hour for i in seeds(1, NOON, 500).past)

    assert sum(hours[hour] for hour in range(8, 18)) > 2 * sum(hours[hour] for hour in range(6))


def test_every_day_of_the_week_has_its_trouble() -> None:
    days = {incident.first_alert_at.date() for incident in seeds(1, NOON, 500).past}

    assert len(days) >= 7


def test_live_alerts_are_of_two_groups() -> None:
    services = {d.alert.service for d in seeds(1, NOON, 50).live if d.alert}

    assert len(services) == LIVE


def test_without_live_ones_the_past_has_all_deliveries() -> None:
    sown = seeds(1, NOON, 50, live=0)

    assert sown.live == ()
    assert len(sown.keys) == 50


def test_a_hundred_monitors_can_be_told_apart() -> None:
    monitors = demo_monitors(1, 100)

    assert len({monitor.id for monitor in monitors}) == 100
    assert len({monitor.name for monitor in monitors}) == 100


def test_a_monitor_is_the_same_under_every_seed() -> None:
    known = {monitor.id: monitor for monitor in ALL}

    assert all(monitor == known[monitor.id] for monitor in demo_monitors(99, 100))


def test_every_kind_of_monitor_has_bounds_that_can_be_passed() -> None:
    for kind in KINDS:
        assert 0 <= kind.normal < kind.warning < kind.critical < kind.most
