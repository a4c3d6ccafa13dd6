"""Which calls go wrong, and how often."""

import pytest

from dd_lib.sandbox.failures import FailureKind, FailureRule, Failures


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
