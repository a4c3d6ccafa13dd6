"""How narrow a downtime is, and by what it is found again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.downtimes import key_in, message_of, owner_key, scope_of
from tests.factories import an_alert

LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|\\.')
BARE = {"hostname": "", "service": "", "env": "", "tags": (), "scope": ()}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (("env:prod",), "env:prod"),
        (("env:prod", "service:checkout"), "env:prod AND service:checkout"),
        (("path:/a b",), 'path:"/a b"'),
        (("url:http://x:80",), 'url:"http://x:80"'),
        (("name:OR",), 'name:"OR"'),
        (('name:a" OR env:*',), 'name:"a\\" OR env:*"'),
        (("host:*",), 'host:"*"'),
        (("env:prod", "bare"), "env:prod"),
    ],
)
def test_a_scope_becomes_a_query_that_means_only_that(
    scope: tuple[str, ...], expected: str
) -> None:
    assert scope_of(an_alert(scope=scope)) == expected


def test_an_alert_without_a_group_is_muted_by_its_labels() -> None:
    alert = an_alert(**BARE | {"tags": ("env:prod", "team:shop"), "hostname": "web-1"})

    assert scope_of(alert) == "host:web-1 AND env:prod"


def test_an_alert_without_labels_has_no_scope() -> None:
    assert scope_of(an_alert(**BARE)) == ""


@given(st.lists(st.text(min_size=1, max_size=30), max_size=5))
def test_no_alert_can_smuggle_a_wildcard_into_its_scope(parts: list[str]) -> None:
    scope = scope_of(an_alert(**BARE | {"scope": tuple(f"{part}:*" for part in parts)}))

    assert "*" not in LITERAL.sub("", scope)


def test_a_key_differs_by_incident_episode_occurrence_and_config() -> None:
    keys = {
        owner_key("aa", "episode", 1, 3),
        owner_key("bb", "episode", 1, 3),
        owner_key("aa", "other", 1, 3),
        owner_key("aa", "episode", 2, 3),
        owner_key("aa", "episode", 1, 4),
    }

    assert len(keys) == 5


def test_a_message_carries_its_key_and_its_incident() -> None:
    key = owner_key("1a2b3c4d5e", "episode", 1, 3)

    message = message_of(key, "1a2b3c4d5e", "on-call")

    assert key_in(message) == key
    assert "1a2b3c4d5e" in message


def test_a_message_mentions_nobody() -> None:
    assert "@" not in message_of("rayne-1-0123456789ab", "aa", "ask @pagerduty @all")


@pytest.mark.parametrize(
    "message", ["", "weekly maintenance", "rayne-1-0123", "xrayne-1-0123456789ab", "rayne-key"]
)
def test_a_strangers_message_holds_no_key(message: str) -> None:
    assert key_in(message) == ""


def test_no_key_is_found_in_the_message_of_another() -> None:
    keys = [owner_key("aa", "episode", 1, config) for config in (1, 2, 11, 12, 21)]

    for key in keys:
        others = [message_of(other, "aa", "on-call") for other in keys if other != key]
        assert not [message for message in others if key in message]
