"""Which alerts belong together, and which of them start an analysis."""

from datetime import timedelta

import pytest

from domain.alerts import AlertStatus, Transition
from domain.incidents import GroupingRules, episode_key, group_key
from tests.factories import NOON, an_alert, an_episode, an_incident, an_incident_alert

RULES = GroupingRules()


def test_alerts_of_one_environment_and_service_share_an_incident() -> None:
    first = an_alert(monitor_id=1, cycle_key="a")
    second = an_alert(monitor_id=2, cycle_key="b")

    assert group_key(first, RULES) == group_key(second, RULES)


def test_alerts_of_two_services_do_not_share_an_incident() -> None:
    first = an_alert()
    second = an_alert(service="billing", scope=("service:billing",), tags=())

    assert group_key(first, RULES) != group_key(second, RULES)


def test_alerts_of_two_organisations_never_share_an_incident() -> None:
    assert group_key(an_alert(org_id="1"), RULES) != group_key(an_alert(org_id="2"), RULES)


def test_an_alert_without_a_service_is_grouped_by_its_monitor() -> None:
    bare = {"service": "", "scope": (), "tags": ("env:prod",)}

    assert group_key(an_alert(monitor_id=1, **bare), RULES) == "1234|monitor=1"


def test_an_alert_with_nothing_but_a_title_is_still_told_from_others() -> None:
    bare = {"service": "", "env": "", "scope": (), "tags": (), "monitor_id": None, "cycle_key": ""}

    first = group_key(an_alert(monitor_name="disk", **bare), RULES)
    second = group_key(an_alert(monitor_name="cpu", **bare), RULES)

    assert first != second


def test_the_cycle_key_names_the_episode() -> None:
    triggered = an_alert(cycle_key="abc")
    recovered = an_alert(cycle_key="abc", transition=Transition.RECOVERED, title="other")

    assert episode_key(triggered) == episode_key(recovered)


def test_without_a_cycle_key_monitor_and_scope_name_the_episode() -> None:
    web_1 = an_alert(cycle_key="", scope=("host:web-1",))
    web_2 = an_alert(cycle_key="", scope=("host:web-2",))

    assert episode_key(web_1) != episode_key(web_2)


@pytest.mark.parametrize(
    ("transition", "starts"),
    [
        (Transition.TRIGGERED, True),
        (Transition.WARN, True),
        (Transition.UNKNOWN, True),
        (Transition.RE_TRIGGERED, False),
        (Transition.RE_WARN, False),
        (Transition.RENOTIFY, False),
        (Transition.RECOVERED, False),
    ],
)
def test_only_news_starts_an_analysis(transition: Transition, starts: bool) -> None:
    assert an_incident_alert(transition=transition).starts_analysis(RULES) is starts


@pytest.mark.parametrize("analyze", [True, False])
def test_no_data_is_analysed_only_where_the_setting_says_so(analyze: bool) -> None:
    silent = an_incident_alert(transition=Transition.NO_DATA, status=AlertStatus.NO_DATA)

    assert silent.starts_analysis(GroupingRules(analyze_no_data=analyze)) is analyze


def test_an_incident_has_recovered_when_its_last_episode_has() -> None:
    early = an_episode(key="a", recovered_at=NOON + timedelta(minutes=1))
    late = an_episode(key="b", recovered_at=NOON + timedelta(minutes=9))

    assert an_incident(episodes=(early, late)).recovered_at == NOON + timedelta(minutes=9)


def test_an_incident_with_one_episode_alerting_has_not_recovered() -> None:
    over = an_episode(key="a", recovered_at=NOON)

    assert an_incident(episodes=(over, an_episode(key="b"))).recovered_at is None
