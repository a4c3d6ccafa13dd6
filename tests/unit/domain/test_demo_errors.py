"""Errors on request: every type, any code, and chance that can be repeated."""

import pytest

from domain.demo_draws import Draws
from domain.demo_errors import TYPES, demo_error

TYPE_AND_STATUS = [
    ("server", 500),
    ("timeout", 504),
    ("database", 500),
    ("upstream", 502),
    ("validation", 400),
    ("auth", 401),
    ("forbidden", 403),
    ("notfound", 404),
    ("ratelimit", 429),
    ("unavailable", 503),
]


@pytest.mark.parametrize(("error_type", "status"), TYPE_AND_STATUS)
def test_each_type_has_its_status_and_its_words(error_type: str, status: int) -> None:
    error = demo_error(error_type, 500, "", Draws())

    assert (error.error_type, error.status) == (error_type, status)
    assert error.error


def test_there_are_no_other_types() -> None:
    assert set(TYPES) == {error_type for error_type, _ in TYPE_AND_STATUS}


def test_only_the_servers_own_heeds_the_code() -> None:
    assert demo_error("server", 418, "", Draws()).status == 418
    assert demo_error("timeout", 418, "", Draws()).status == 504


def test_an_unknown_type_is_the_servers_own() -> None:
    assert demo_error("gremlins", 507, "", Draws()).error_type == "server"


def test_a_message_takes_the_place_of_the_types_own() -> None:
    assert demo_error("auth", 500, "who are you?", Draws()).error == "who are you?"


def test_chance_reaches_every_type() -> None:
    draws = Draws("chance")

    assert {demo_error("random", 500, "", draws).error_type for _ in range(300)} == set(TYPES)


def test_the_same_seed_has_the_same_chance() -> None:
    picked = [demo_error("Random", 500, "", Draws("error", 7)) for _ in range(5)]

    assert len(set(picked)) == 1
