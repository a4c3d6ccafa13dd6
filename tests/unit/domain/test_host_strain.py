"""What is wrong with a host."""

import math
from typing import Any

import pytest

from domain.host_strain import is_of_a_host, speaks_of_want, strains_of
from tests.factories import a_host


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"up": False}, "state"),
        ({"cpu": 97.0}, "cpu"),
        ({"iowait": 35.0}, "iowait"),
        ({"load": 2.5}, "normalised load"),
    ],
)
def test_each_strain_is_told_by_its_fact(changes: dict[str, Any], fact: str) -> None:
    assert [strain.fact for strain in strains_of(a_host(**changes))] == [fact]


def test_a_host_that_is_down_is_nothing_else() -> None:
    assert len(strains_of(a_host(up=False, cpu=99.0))) == 1


@pytest.mark.parametrize("cpu", [None, 12.0, math.nan])
def test_a_host_without_a_high_figure_is_healthy(cpu: float | None) -> None:
    assert strains_of(a_host(cpu=cpu)) == ()


def test_no_host_has_no_strain() -> None:
    assert strains_of(None) == ()


@pytest.mark.parametrize(
    "message", ["No space left on device", "QueuePool limit reached", "took 3004 ms", "OOM killer"]
)
def test_a_starved_host_is_heard_in_the_errors(message: str) -> None:
    assert speaks_of_want(message)


@pytest.mark.parametrize("message", ["KeyError: rate", "permission denied", "room 5 not found"])
def test_other_errors_speak_of_something_else(message: str) -> None:
    assert not speaks_of_want(message)


@pytest.mark.parametrize(
    ("query", "answer"),
    [("avg:system.cpu.user{host:a}", True), ("sum:shop.system_errors{*}", False)],
)
def test_a_metric_of_a_host_is_told_from_one_of_a_service(query: str, *, answer: bool) -> None:
    assert is_of_a_host(query) is answer
