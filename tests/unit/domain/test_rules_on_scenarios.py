"""The rules on the sandbox's scenarios: stories they were not written for."""

import pytest

from domain.analysis import NO_CULPRIT, Conclusion, Outcome
from domain.case import Case, Evidence
from domain.evidence import Source, SourceResult, SourceStatus
from domain.rules_analyst import RulesAnalyst
from domain.verdict import settle
from tests.unit.domain import scenarios

NONSENSE = ("zorbal", "quillin", "brintash", "mufeld", "dorvane", "ketrix", "yolpen", "wabric")


async def _conclude(name: str) -> Conclusion:
    return await _conclude_case(scenarios.load(name))


async def _conclude_case(case: Case) -> Conclusion:
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
async def test_a_named_change_is_borne_out_by_more_than_its_own_event(name: str) -> None:
    conclusion = await _conclude(name)

    cited = {claim.evidence_id.partition("-")[0] for claim in conclusion.claims}
    blamed = conclusion.culprit_change != NO_CULPRIT
    assert not blamed or conclusion.outcome is not Outcome.INCONCLUSIVE
    assert not blamed or cited - {"event"}


@pytest.mark.parametrize("name", scenarios.names())
async def test_without_its_culprit_a_scenario_still_convicts_no_decoy(name: str) -> None:
    case, culprit = scenarios.load(name), scenarios.expected(name)["culprit_change"]
    others = tuple(event for event in case.evidence.events if event.event_id != culprit)
    innocent = case.evidence.model_copy(update={"events": others})

    conclusion = await _conclude_case(scenarios.with_evidence(case, innocent))

    assert conclusion.culprit_change not in scenarios.expected(name)["decoy_changes"]


@pytest.mark.parametrize("source", [Source.LOGS, Source.EVENTS, Source.METRICS])
@pytest.mark.parametrize("name", scenarios.names())
async def test_nothing_is_confirmed_on_half_the_evidence(name: str, source: Source) -> None:
    case = scenarios.load(name)
    answers = [one for one in case.evidence.sources if one.source is not source]
    failed = SourceResult(source=source, status=SourceStatus.COULD_NOT_ASK, note="timed out")
    half = case.evidence.model_copy(update={"sources": (*answers, failed), source.value: ()})

    conclusion = await _conclude_case(scenarios.with_evidence(case, half))

    assert conclusion.outcome is not Outcome.CONFIRMED
    assert conclusion.missing_evidence


@pytest.mark.parametrize("name", scenarios.names())
async def test_the_names_of_services_do_not_matter(name: str) -> None:
    case = scenarios.load(name)
    services = {event.label("service") for event in case.evidence.events} | {
        line.service for line in case.evidence.logs
    }
    text, alerted = case.evidence.model_dump_json(), case.frame.services[0]
    longest_first = sorted(services - {""}, key=lambda service: (-len(service), service))
    for service, other in zip(longest_first, NONSENSE, strict=False):
        text, alerted = text.replace(service, other), alerted.replace(service, other)
    renamed = case.model_copy(
        update={"frame": case.frame.model_copy(update={"services": (alerted,)})}
    )

    conclusion = await _conclude_case(
        scenarios.with_evidence(renamed, Evidence.model_validate_json(text))
    )

    assert conclusion.culprit_change == scenarios.expected(name)["culprit_change"]
