"""The rules on the sandbox's scenarios: stories they were not written for."""

import pytest

from domain.analysis import NO_CULPRIT, Conclusion, Outcome
from domain.rules_analyst import RulesAnalyst
from domain.verdict import settle
from tests.unit.domain import scenarios


async def _conclude(name: str) -> Conclusion:
    case = scenarios.load(name)
    return settle(case, await RulesAnalyst().explain(case))


@pytest.mark.parametrize("name", scenarios.names())
async def test_the_right_change_is_blamed_or_none(name: str) -> None:
    conclusion = await _conclude(name)

    assert conclusion.culprit_change == scenarios.expected(name)["culprit_change"]


@pytest.mark.parametrize("name", scenarios.names())
async def test_no_decoy_is_convicted(name: str) -> None:
    conclusion = await _conclude(name)

    assert conclusion.culprit_change not in scenarios.expected(name)["decoy_changes"]


@pytest.mark.parametrize("name", scenarios.names())
async def test_the_service_that_failed_first_is_named(name: str) -> None:
    conclusion = await _conclude(name)

    assert conclusion.first_failing_service == scenarios.expected(name)["first_failing_service"]


@pytest.mark.parametrize("name", scenarios.names())
async def test_every_claim_survives(name: str) -> None:
    conclusion = await _conclude(name)

    assert conclusion.dropped_claims == 0
    assert conclusion.claims


@pytest.mark.parametrize("name", scenarios.names())
async def test_a_named_change_is_confirmed_by_more_than_its_own_event(name: str) -> None:
    conclusion = await _conclude(name)

    blamed = conclusion.culprit_change != NO_CULPRIT
    assert not blamed or conclusion.outcome is Outcome.CONFIRMED
