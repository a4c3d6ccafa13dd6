"""Laws of downtimes by hand: narrow, ended, and one at a time."""

from datetime import timedelta
from typing import Any

import pytest

from domain.downtimes import key_in
from domain.manual_downtimes import ManualDowntime, is_by_hand, request_of, why_too_wide
from tests.factories import NOON

LATER = NOON + timedelta(minutes=7)


def a_wish(**changes: Any) -> ManualDowntime:
    return ManualDowntime(**({"monitor_id": 42, "scope": "env:prod"} | changes))


@pytest.mark.parametrize(
    "scope",
    [
        "service:checkout",
        "env:prod AND service:checkout",
        "env:prod AND NOT host:web-1",
        "NOT host:web-1 AND env:prod",
        "env:prod -host:web-1",
        "(env:prod OR env:staging) AND service:a*",
        'team:"site (reliability) AND more"',
        "kube_cluster:a:b",
    ],
)
def test_a_scope_that_names_a_group_is_narrow(scope: str) -> None:
    assert why_too_wide(scope) == ""


@pytest.mark.parametrize(
    "scope",
    [
        "",
        "   ",
        "*",
        "*:*",
        "env:*",
        'env:"*"',
        "*:prod",
        "env:",
        ":prod",
        "prod",
        "env:prod OR *",
        "(*)",
        "AND",
        "NOT env:prod",
        "-env:prod",
        "NOT env:prod AND NOT env:staging",
    ],
)
def test_a_scope_that_could_mute_everything_is_too_wide(scope: str) -> None:
    assert why_too_wide(scope)


def test_it_lasts_from_its_start_as_long_as_asked() -> None:
    request = request_of(a_wish(start_at=LATER, minutes=30), NOON)

    assert (request.start_at, request.end_at) == (LATER, LATER + timedelta(minutes=30))


def test_without_a_start_it_lasts_from_now() -> None:
    request = request_of(a_wish(minutes=30), NOON)

    assert (request.start_at, request.end_at) == (None, NOON + timedelta(minutes=30))


def test_an_end_that_was_named_is_kept() -> None:
    assert request_of(a_wish(end_at=LATER), NOON).end_at == LATER


def test_the_key_can_be_read_back_from_the_message() -> None:
    request = request_of(a_wish(message="deploying"), NOON)

    assert key_in(request.message) == request.key
    assert is_by_hand(request.key)


def test_the_same_wish_asked_later_has_the_same_key() -> None:
    first = request_of(a_wish(message="deploying"), NOON)
    later = request_of(a_wish(message="still deploying"), LATER)

    assert first.key == later.key


@pytest.mark.parametrize(
    "change", [{"monitor_id": 43}, {"scope": "env:dev"}, {"end_at": LATER}, {"minutes": 5}]
)
def test_another_wish_has_another_key(change: dict[str, Any]) -> None:
    assert request_of(a_wish(**change), NOON).key != request_of(a_wish(), NOON).key


def test_a_key_of_a_webhook_config_is_not_by_hand() -> None:
    assert not is_by_hand("rayne-7-0123456789ab")


def test_the_message_mentions_nobody() -> None:
    request = request_of(a_wish(message="ask @slack-ops\nplease"), NOON)

    assert request.message.startswith("ask slack-ops please\n\n")
