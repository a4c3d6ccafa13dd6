"""The analyst without a model: right where it can be, silent where it cannot."""

from datetime import timedelta

import pytest

from domain.analysis import AnalystKind, Category, Conclusion, Explanation, Outcome
from domain.case import Case
from domain.evidence import Source
from domain.memory import SimilarIncident
from domain.rules_analyst import RulesAnalyst
from domain.verdict import settle
from tests.factories import (
    NOON,
    a_case,
    a_datadog_event,
    a_host,
    a_past_incident,
    a_series,
    an_alert,
    an_episode,
    an_incident,
)
from tests.unit.domain.cases import ONSET, a_case_with, error_lines

BROKEN_BY_DEPLOYMENT = error_lines("no rate for {n} in 2.4.1", tags=("version:2.4.1",))
FLAP = a_series([1.0] * 100 + [9.0] * 4 + [1.0] * 6)


async def _explain(case: Case) -> Explanation:
    return (await RulesAnalyst().explain(case)).explanation


async def _conclude(case: Case) -> Conclusion:
    return settle(case, await RulesAnalyst().explain(case))


async def test_a_bad_deployment_is_named_and_confirmed() -> None:
    case = a_case_with(logs=BROKEN_BY_DEPLOYMENT, events=(a_datadog_event(),))

    conclusion = await _conclude(case)

    assert (conclusion.culprit_change, conclusion.category) == ("7001", Category.DEPLOYMENT)
    assert conclusion.outcome is Outcome.CONFIRMED


async def test_the_action_undoes_the_named_change() -> None:
    explanation = await _explain(
        a_case_with(logs=BROKEN_BY_DEPLOYMENT, events=(a_datadog_event(),))
    )

    assert explanation.immediate_actions[0].startswith("Roll back “Deployed checkout 2.4.1”")


async def test_a_deployment_that_merely_came_before_is_not_named() -> None:
    plain = a_datadog_event(title="Deployed checkout", tags=("service:checkout",))

    explanation = await _explain(a_case_with(logs=error_lines("disk is slow"), events=(plain,)))

    assert explanation.culprit_change == "none"
    assert "nothing ties it" in explanation.ruled_out[0].ruled_out_by


async def test_a_deployment_just_before_a_dependency_failed_is_not_named() -> None:
    logs = error_lines("timeout calling stock-service", tags=("version:2.4.1",))

    explanation = await _explain(a_case_with(logs=logs, events=(a_datadog_event(),)))

    assert (explanation.culprit_change, explanation.category) == ("none", Category.DEPENDENCY)


async def test_a_configuration_that_the_errors_speak_of_is_named() -> None:
    setting = a_datadog_event(
        source="configuration",
        title="Set DB_POOL_SIZE from 50 to 5",
        tags=("service:checkout", "env:prod"),
        happened_at=ONSET - timedelta(minutes=4),
    )
    logs = error_lines("QueuePool limit of size 5 overflow 0 reached, connection timed out")

    explanation = await _explain(a_case_with(logs=logs, events=(setting,)))

    assert explanation.culprit_change == "event-1"
    assert explanation.category is Category.CONFIGURATION


async def test_a_change_of_the_failing_dependency_is_named() -> None:
    theirs = a_datadog_event(title="Deployed it", tags=("service:stock-service", "env:prod"))
    ours = a_datadog_event(event_id="7002", happened_at=NOON - timedelta(minutes=9))

    conclusion = await _conclude(
        a_case_with(logs=error_lines("timeout calling stock-service"), events=(theirs, ours))
    )

    assert conclusion.culprit_change == "7001"
    assert conclusion.first_failing_service == "stock-service"


async def test_a_failing_dependency_is_the_service_that_failed_first() -> None:
    case = a_case_with(logs=error_lines("timeout calling stock-service"))

    conclusion = await _conclude(case)

    assert conclusion.first_failing_service == "stock-service"
    assert conclusion.category is Category.DEPENDENCY


async def test_another_monitors_alert_on_the_dependency_is_told() -> None:
    alert = a_datadog_event(
        source="alert", title="Heap of stock-service is full", tags=("service:stock-service",)
    )

    explanation = await _explain(
        a_case_with(logs=error_lines("timeout calling stock-service"), events=(alert,))
    )

    assert "title: Heap of stock-service is full" in [one.quote for one in explanation.claims]


async def test_the_incidents_own_alert_is_no_evidence_for_itself() -> None:
    own = a_datadog_event(source="alert", event_id=an_alert().event_id)

    explanation = await _explain(a_case_with(events=(own,)))

    assert explanation.claims == ()


async def test_no_line_is_quoted_twice() -> None:
    cron = a_datadog_event(source="cron", title="Started the report", tags=("host:web-1",))

    explanation = await _explain(a_case_with(host=a_host(cpu=99.0), events=(cron,)))

    quotes = [(claim.evidence_id, claim.quote) for claim in explanation.claims]
    assert explanation.culprit_change == "event-1"
    assert len(quotes) == len(set(quotes))


async def test_a_saturated_host_is_a_resource() -> None:
    case = a_case_with(host=a_host(cpu=99.0, load=4.0), logs=error_lines("queue is full"))

    conclusion = await _conclude(case)

    assert conclusion.category is Category.RESOURCE
    assert conclusion.outcome is Outcome.CONFIRMED
    assert "web-1" in conclusion.immediate_actions[0]


async def test_a_busy_host_beside_errors_of_another_kind_is_not_the_cause() -> None:
    case = a_case_with(host=a_host(cpu=99.0), logs=error_lines("KeyError: rate"))

    explanation = await _explain(case)

    assert explanation.category is Category.UNKNOWN


async def test_a_host_that_is_down_is_infrastructure() -> None:
    explanation = await _explain(a_case_with(host=a_host(up=False)))

    assert explanation.category is Category.INFRASTRUCTURE


async def test_a_flap_with_no_change_near_is_transient() -> None:
    conclusion = await _conclude(a_case_with(metrics=(FLAP,)))

    assert (conclusion.category, conclusion.outcome) == (Category.TRANSIENT, Outcome.INCONCLUSIVE)
    assert conclusion.claims


async def test_errors_that_go_on_are_no_flap() -> None:
    case = a_case_with(metrics=(FLAP,), logs=error_lines("boom", count=45))

    explanation = await _explain(case)

    assert explanation.category is Category.UNKNOWN


async def test_a_quick_recovery_is_transient_too() -> None:
    episode = an_episode(recovered_at=NOON + timedelta(minutes=3))

    explanation = await _explain(a_case_with(incident=an_incident(episodes=(episode,))))

    assert explanation.category is Category.TRANSIENT


async def test_a_flap_with_a_change_near_is_not_called_transient() -> None:
    near = a_datadog_event(title="Deployed checkout", tags=("service:checkout",))

    explanation = await _explain(a_case_with(metrics=(FLAP,), events=(near,)))

    assert explanation.category is Category.UNKNOWN


async def test_a_flap_is_not_called_transient_where_changes_could_not_be_asked() -> None:
    explanation = await _explain(a_case_with(metrics=(FLAP,), unasked=[Source.EVENTS]))

    assert explanation.category is Category.UNKNOWN
    assert "could not be asked" in explanation.summary


@pytest.mark.parametrize("source", [Source.LOGS, Source.EVENTS])
async def test_silence_of_a_source_that_could_not_be_asked_rules_nothing_out(
    source: Source,
) -> None:
    answered = await _explain(a_case_with())

    silent = await _explain(a_case_with(unasked=[source]))

    assert len(silent.ruled_out) == len(answered.ruled_out) - 1
    assert silent.missing_evidence == (f"{source.value} could not be asked: timed out",)


async def test_an_error_is_not_called_new_without_a_baseline() -> None:
    case = a_case_with(logs=error_lines("boom"), unasked=[Source.BASELINE_LOGS])

    explanation = await _explain(case)

    assert "could not be compared" in explanation.claims[0].statement


async def test_a_past_incident_is_told_as_a_hint() -> None:
    past = SimilarIncident(incident=a_past_incident(), score=1.0)

    conclusion = await _conclude(a_case_with(similar=(past,)))

    assert conclusion.claims[0].statement.startswith("Only a hint")
    assert conclusion.outcome is Outcome.INCONCLUSIVE


async def test_an_empty_case_is_told_to_be_one() -> None:
    conclusion = await _conclude(a_case(items=()))

    assert conclusion.outcome is Outcome.INCONCLUSIVE
    assert conclusion.missing_evidence


async def test_the_first_errors_name_the_service_that_failed_first() -> None:
    logs = (
        *error_lines("broken", service="stock", start=ONSET - timedelta(minutes=1)),
        *error_lines("broken"),
    )

    explanation = await _explain(a_case_with(logs=logs))

    assert explanation.first_failing_service == "stock"
    assert explanation.affected_services == ("checkout", "stock")


async def test_the_author_is_always_told() -> None:
    draft = await RulesAnalyst().explain(a_case_with())

    assert (draft.authorship.analyst, draft.authorship.model) == (AnalystKind.RULES, "rules")
