"""Rate limits are counted per bucket and period; only a limit that was set refuses."""

from dd_lib.sandbox.rate_limits import LimitRule, Place, RateLimits
from tests.servers.sandbox import SetClock

HOURLY = LimitRule(name="logs", requests=10, period_seconds=3600)
ONE_A_MINUTE = LimitRule(requests=1, period_seconds=60)


def taken(limits: RateLimits, name: str = "logs", usual: LimitRule | None = HOURLY) -> Place:
    place = limits.take(name, usual)
    assert place is not None, f"nothing limits {name}"
    return place


def test_rate_limit_counts_down_within_its_period_and_starts_again() -> None:
    clock = SetClock()
    limits = RateLimits(clock)

    first, second = taken(limits), taken(limits)
    clock.now = clock.now.replace(hour=13)
    third = taken(limits)

    remaining = [each.headers["X-RateLimit-Remaining"] for each in (first, second, third)]
    assert remaining == ["9", "8", "9"]


def test_rate_limit_resets_at_the_end_of_the_calendar_period() -> None:
    clock = SetClock()
    clock.now = clock.now.replace(minute=59, second=30)

    assert taken(RateLimits(clock)).headers["X-RateLimit-Reset"] == "30"


def test_what_is_only_told_refuses_nobody() -> None:
    limits = RateLimits(SetClock())

    places = [taken(limits) for _ in range(11)]

    assert not any(place.is_refused for place in places)


def test_rule_refuses_what_goes_beyond_it() -> None:
    limits = RateLimits(SetClock())
    limits.enforce((ONE_A_MINUTE,))

    assert [taken(limits).is_refused for _ in range(3)] == [False, True, True]


def test_each_bucket_that_a_rule_covers_counts_alone() -> None:
    limits = RateLimits(SetClock())
    limits.enforce((ONE_A_MINUTE,))

    places = [taken(limits, name) for name in ("logs", "events")]

    assert not any(place.is_refused for place in places)


def test_first_rule_that_covers_a_bucket_counts() -> None:
    limits = RateLimits(SetClock())
    limits.enforce((LimitRule(name="logs*", requests=5, period_seconds=60), ONE_A_MINUTE))

    assert taken(limits, "logs_search").headers["X-RateLimit-Limit"] == "5"


def test_without_a_rule_an_unlimited_bucket_says_nothing() -> None:
    assert RateLimits(SetClock()).take("hosts", None) is None
