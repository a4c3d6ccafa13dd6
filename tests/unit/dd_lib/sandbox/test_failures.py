"""Which calls go wrong, and how often."""

import pytest

from dd_lib.sandbox.failures import FailureKind, FailureRule, Failures
from dd_lib.sandbox.rate_limits import RateLimits
from tests.servers.sandbox import SetClock


def armed(**changes: object) -> Failures:
    failures = Failures()
    failures.add((FailureRule.model_validate({"kind": FailureKind.STATUS} | changes),))
    return failures


@pytest.mark.parametrize(
    ("rule", "strikes"),
    [
        ({}, True),
        ({"method": "post"}, True),
        ({"method": "GET"}, False),
        ({"path": "/api/v1/notebooks"}, True),
        ({"path": "/api/v1/*"}, True),
        ({"path": "/api/v2/*"}, False),
    ],
)
def test_rule_strikes_what_it_covers(rule: dict[str, object], strikes: bool) -> None:
    found = armed(**rule).next_for("POST", "/api/v1/notebooks")

    assert (found is not None) is strikes


def test_rule_with_a_count_strikes_that_often() -> None:
    failures = armed(count=2)

    struck = [failures.next_for("GET", "/api/x") is not None for _ in range(4)]

    assert struck == [True, True, False, False]
    assert failures.rules() == ()


def test_probability_is_repeatable_by_its_seed() -> None:
    def struck(seed: int) -> list[bool]:
        failures = armed(probability=0.5, seed=seed)
        return [failures.next_for("GET", "/api/x") is not None for _ in range(50)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 10 < sum(struck(1)) < 40


def test_rate_limit_counts_down_within_its_period_and_starts_again() -> None:
    clock = SetClock()
    limits = RateLimits(clock)

    first = limits.take("logs", 10, 3600)
    second = limits.take("logs", 10, 3600)
    clock.now = clock.now.replace(hour=13)
    third = limits.take("logs", 10, 3600)

    remaining = [each["X-RateLimit-Remaining"] for each in (first, second, third)]
    assert remaining == ["9", "8", "9"]


def test_rate_limit_resets_at_the_end_of_the_calendar_period() -> None:
    clock = SetClock()
    clock.now = clock.now.replace(minute=59, second=30)

    assert RateLimits(clock).take("logs", 10, 3600)["X-RateLimit-Reset"] == "30"
