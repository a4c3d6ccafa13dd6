"""What counts as trouble in a service's figures."""

import pytest

from domain.service_health import MAX_POINTS, HealthReading, read_health, thinned
from tests.factories import a_series, a_window

CALM = [1.0] * 90


def read(statistic: str, values: list[float]) -> HealthReading:
    series = a_series(values, scope="service:payments,env:prod")
    (reading,) = read_health([series.model_copy(update={"query": statistic})], a_window())
    return reading


def test_a_reading_knows_whose_it_is() -> None:
    reading = read("hits", CALM)

    assert (reading.service, reading.statistic) == ("payments", "hits")


@pytest.mark.parametrize(
    ("statistic", "usual", "later", "expected"),
    [
        ("error_rate", 0.0, 0.4, True),
        ("error_rate", 0.0, 0.01, False),  # too few to matter
        ("error_rate", 0.4, 0.0, False),  # better than before
        ("latency_p99", 1.0, 4.0, True),
        ("latency_p99", 1.0, 1.3, False),
        ("hits", 1.0, 9.0, False),
    ],
)
def test_only_more_errors_and_longer_waits_are_trouble(
    statistic: str, usual: float, later: float, expected: bool
) -> None:
    assert read(statistic, [usual] * 100 + [later] * 8).is_trouble is expected


@pytest.mark.parametrize(
    ("usual", "later", "expected"),
    [(100.0, 300.0, True), (100.0, 120.0, False), (1.0, 3.0, False), (100.0, 10.0, False)],
)
def test_only_many_more_of_many_requests_are_a_surge(
    usual: float, later: float, expected: bool
) -> None:
    assert read("hits", [usual] * 100 + [later] * 8).is_surge is expected


def test_thinning_keeps_the_window_and_the_usual() -> None:
    window, series = a_window(), a_series([1.0] * 360)

    points = thinned(series, window).points

    within = [point for point in series.points if point.at >= window.start]
    assert list(points[-len(within) :]) == within
    assert 0 < len(points) - len(within) <= MAX_POINTS


def test_trouble_comes_first() -> None:
    calm = a_series(CALM, scope="service:a").model_copy(update={"query": "hits"})
    bad = a_series([0.0] * 100 + [0.5] * 8, scope="service:b")
    bad = bad.model_copy(update={"query": "error_rate"})

    assert [one.service for one in read_health([calm, bad], a_window())] == ["b", "a"]
