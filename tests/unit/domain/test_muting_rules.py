"""Who is muted, for how long, and when it is over."""

from datetime import timedelta

import pytest

from domain.alerts import Alert, Transition
from domain.incidents import Incident, IncidentState
from domain.muting_rules import is_alerting, occurrence_of, plan_muting, wants_downtime
from domain.mutings import MutingRules, MutingState
from tests.factories import NOON, a_config, a_muting, an_alert, an_episode, an_incident

MINUTE = timedelta(minutes=1)
KEY = "1234|monitor=42|env:prod"
RECOVERY = an_alert(transition=Transition.RECOVERED)


def flapping() -> Incident:
    """One key twice: recovered after five minutes, back after ten."""
    return an_incident(
        episodes=(
            an_episode(key=KEY, started_at=NOON + 10 * MINUTE),
            an_episode(key=KEY, recovered_at=NOON + 5 * MINUTE),
        )
    )


@pytest.mark.parametrize(
    ("trigger", "alert", "wanted"),
    [
        ("alert", an_alert(), True),
        ("alert", an_alert(transition=Transition.RENOTIFY), True),
        ("alert", RECOVERY, False),
        ("recovery", an_alert(), False),
        ("recovery", RECOVERY, True),
    ],
)
def test_a_config_is_muted_at_its_trigger_only(trigger: str, alert: Alert, wanted: bool) -> None:
    assert wants_downtime(a_config(auto_downtime=True, downtime_trigger=trigger), alert) is wanted


@pytest.mark.parametrize(
    "changes",
    [{"auto_downtime": False}, {"active": False}, {"monitor_ids": (43,)}, {"scope": ("env:dev",)}],
)
def test_a_config_that_is_not_meant_mutes_nothing(changes: dict[str, object]) -> None:
    assert not wants_downtime(a_config(**{"auto_downtime": True} | changes), an_alert())


@pytest.mark.parametrize(("minutes", "expected"), [(120, 120), (1440, 1440), (1441, 1440)])
def test_a_duration_is_capped(minutes: int, expected: int) -> None:
    config = a_config(downtime_duration_minutes=minutes)

    muting = plan_muting(an_incident(), an_alert(), KEY, config, MutingRules())

    assert muting.duration == expected * MINUTE


def test_a_plan_names_monitor_and_group() -> None:
    muting = plan_muting(an_incident(), an_alert(), KEY, a_config(), MutingRules())

    assert (muting.monitor_id, muting.scope) == (42, "env:prod AND service:checkout")
    assert muting.state is MutingState.PLANNED


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"monitor_id": None}, "names no monitor"),
        ({"scope": (), "tags": (), "hostname": "", "service": "", "env": ""}, "names no group"),
    ],
)
def test_what_cannot_be_narrow_is_refused(changes: dict[str, object], why: str) -> None:
    muting = plan_muting(an_incident(), an_alert(**changes), KEY, a_config(), MutingRules())

    assert muting.state is MutingState.REFUSED
    assert why in muting.note


@pytest.mark.parametrize(("minute", "expected"), [(0, 1), (5, 1), (6, 2), (10, 2), (99, 2)])
def test_a_delivery_belongs_to_the_first_episode_not_over_by_then(
    minute: int, expected: int
) -> None:
    assert occurrence_of(flapping(), KEY, NOON + minute * MINUTE) == expected


def test_an_episode_that_comes_back_is_muted_anew() -> None:
    incident, config = flapping(), a_config()
    late = an_alert(happened_at=NOON + 10 * MINUTE)

    first = plan_muting(incident, an_alert(), KEY, config, MutingRules())
    again = plan_muting(incident, late, KEY, config, MutingRules())

    assert first.key != again.key


def test_whatever_is_delivered_of_an_episode_has_one_key() -> None:
    incident, config = flapping(), a_config()
    reminder = an_alert(transition=Transition.RENOTIFY, happened_at=NOON + 3 * MINUTE)

    first = plan_muting(incident, an_alert(), KEY, config, MutingRules())
    again = plan_muting(incident, reminder, KEY, config, MutingRules())

    assert first.key == again.key


@pytest.mark.parametrize(("occurrence", "expected"), [(1, False), (2, True), (3, False)])
def test_each_episode_recovers_for_itself(occurrence: int, expected: bool) -> None:
    muting = a_muting(episode_key=KEY, occurrence=occurrence)

    assert is_alerting(flapping(), muting) is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [(IncidentState.OPEN, True), (IncidentState.IDLE, True), (IncidentState.RESOLVED, False)],
)
def test_a_closed_incident_alerts_no_more_and_an_idle_one_does(
    state: IncidentState, expected: bool
) -> None:
    assert is_alerting(an_incident(state=state), a_muting()) is expected
