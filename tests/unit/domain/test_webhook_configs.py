"""A config is meant for the alerts that it names, and for no others."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.alerts import AlertStatus, Transition
from tests.factories import a_config, a_config_request, an_alert


def test_a_config_that_names_nothing_is_meant_for_everything() -> None:
    assert a_config().matches(an_alert(monitor_id=None, tags=(), scope=()))


@pytest.mark.parametrize(
    "wanted",
    [
        {"monitor_ids": (7, 42)},
        {"tags": ("team:shop",)},
        {"tags": ("TEAM:Shop", "env:prod")},
        {"tags": ("host:web-1",)},
        {"scope": ("service:checkout",)},
        {"scope": ("service:checkout", "env:prod")},
        {"transitions": (Transition.RECOVERED, Transition.TRIGGERED)},
    ],
)
def test_a_config_matches_what_it_names(wanted: dict[str, Any]) -> None:
    assert a_config(**wanted).matches(an_alert())


@pytest.mark.parametrize(
    "wanted",
    [
        {"monitor_ids": (7,)},
        {"tags": ("team:shop", "team:search")},
        {"tags": ("shop",)},
        {"scope": ("service:checkout", "env:dev")},
        {"scope": ("team:shop",)},
        {"transitions": (Transition.RECOVERED,)},
        {"monitor_ids": (42,), "tags": ("team:search",)},
    ],
)
def test_a_config_does_not_match_what_it_leaves_out(wanted: dict[str, Any]) -> None:
    assert not a_config(**wanted).matches(an_alert())


def test_a_config_for_monitors_does_not_match_an_alert_without_one() -> None:
    assert not a_config(monitor_ids=(42,)).matches(an_alert(monitor_id=None))


def test_an_inactive_config_matches_nothing() -> None:
    assert not a_config(active=False).matches(an_alert())


def test_a_config_covers_a_group_whatever_happened_to_it() -> None:
    config = a_config(monitor_ids=(42,), transitions=(Transition.TRIGGERED,))
    recovery = an_alert(transition=Transition.RECOVERED, status=AlertStatus.OK)

    assert config.covers(recovery)
    assert not config.matches(recovery)


def test_what_is_left_out_is_quiet_and_active() -> None:
    request = a_config_request()

    assert request.active
    assert not request.auto_downtime
    assert (request.downtime_trigger, request.downtime_duration_minutes) == ("alert", 120)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "n" * 201),
        ("url", "rayne.test"),
        ("url", "ftp://rayne.test"),
        ("url", "https://rayne.test:port/"),
        ("url", "http://[::1"),
        ("forward_urls", ("https://a.test",) * 21),
        ("forward_urls", ("javascript:alert(1)",)),
        ("downtime_duration_minutes", 0),
        ("downtime_duration_minutes", 10_081),
        ("downtime_trigger", "sometimes"),
        ("transitions", ("Exploded",)),
        ("monitor_ids", (0,)),
        ("monitor_ids", (2**63,)),
        ("monitor_id", 42),
    ],
)
def test_a_field_that_makes_no_sense_is_named(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        a_config_request(**{field: value})

    assert {error["loc"][0] for error in refused.value.errors()} == {field}


def test_no_address_is_shown_where_a_config_is() -> None:
    config = a_config(url="https://r.test/?t=hunter2", forward_urls=("https://c.test/hunter2",))

    assert "hunter2" not in repr(config)
