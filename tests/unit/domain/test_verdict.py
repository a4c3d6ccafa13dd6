"""What code leaves of a draft, and how much it says that proves."""

from datetime import timedelta
from typing import Any

import pytest

from domain.analysis import Alternative, Category, Claim, Conclusion, Outcome
from domain.case import Case
from domain.evidence import Source
from domain.memory import SimilarIncident
from domain.verdict import settle
from tests.factories import (
    NOON,
    a_claim,
    a_datadog_event,
    a_draft,
    a_frame,
    a_monitor,
    a_past_incident,
    a_series,
    an_explanation,
    an_item,
)
from tests.unit.domain.cases import a_case_with, error_lines, failing_spans

ON_LOG = a_claim(evidence_id="log-1", quote="connection reset")
ON_EVENT = a_claim(evidence_id="event-1", quote="Deployed checkout 2.4.1")
ON_METRIC = a_claim(evidence_id="metric-1", quote="departure from the baseline: up")
INVENTED = a_claim(evidence_id="log-1", quote="the database exploded")


def _case(**changes: Any) -> Case:
    evidence = {
        "logs": error_lines("payment refused: connection reset", tags=("version:2.4.1",)),
        "events": (a_datadog_event(),),
        "metrics": (a_series([1.0] * 100 + [9.0] * 7),),
    }
    return a_case_with(**(evidence | changes))


def _settle(case: Case, *claims: Claim, **changes: Any) -> Conclusion:
    return settle(case, a_draft(explanation=an_explanation(claims=claims, **changes)))


def test_an_invented_quote_is_dropped_and_counted() -> None:
    conclusion = _settle(_case(), ON_LOG, INVENTED)

    assert conclusion.claims == (ON_LOG,)
    assert conclusion.dropped_claims == 1


def test_a_claim_on_an_item_that_does_not_exist_is_dropped() -> None:
    conclusion = _settle(_case(), ON_LOG, a_claim(evidence_id="log-999"))

    assert conclusion.claims == (ON_LOG,)


def test_an_analyst_that_only_invents_leaves_nothing_behind() -> None:
    conclusion = _settle(
        _case(),
        INVENTED,
        summary="The database exploded.",
        culprit_change="event-1",
        immediate_actions=("Delete the database.",),
        ruled_out=(Alternative(explanation="the network", ruled_out_by="I said so"),),
    )

    assert conclusion.outcome is Outcome.INCONCLUSIVE
    assert (conclusion.claims, conclusion.immediate_actions, conclusion.ruled_out) == ((), (), ())
    assert conclusion.culprit_change == "none"
    assert "exploded" not in conclusion.summary


def test_a_cause_without_any_claim_is_not_passed_on() -> None:
    conclusion = _settle(_case(), summary="It is the database.", category=Category.RESOURCE)

    assert conclusion.outcome is Outcome.INCONCLUSIVE
    assert "database" not in conclusion.summary


def test_nothing_found_may_be_said_without_a_claim() -> None:
    conclusion = _settle(_case(), summary="Nothing found.", category=Category.UNKNOWN)

    assert conclusion.summary == "Nothing found."
    assert conclusion.outcome is Outcome.INCONCLUSIVE


def test_the_culprit_is_named_by_datadogs_id_and_title() -> None:
    conclusion = _settle(_case(), ON_EVENT, ON_LOG, culprit_change="event-1")

    assert conclusion.culprit_change == "7001"
    assert conclusion.culprit_title == "Deployed checkout 2.4.1"


def test_an_unknown_culprit_is_refused_and_counted() -> None:
    conclusion = _settle(_case(), ON_EVENT, culprit_change="event-9")

    assert conclusion.culprit_change == "none"
    assert conclusion.dropped_claims == 1


def test_a_culprit_that_is_no_event_is_refused() -> None:
    assert _settle(_case(), ON_LOG, culprit_change="log-1").culprit_change == "none"


def test_a_culprit_that_no_kept_claim_cites_is_refused() -> None:
    assert _settle(_case(), ON_LOG, culprit_change="event-1").culprit_change == "none"


def test_an_alert_is_no_culprit() -> None:
    alert = a_datadog_event(source="alert", title="Deployed checkout 2.4.1")

    conclusion = _settle(_case(events=(alert,)), ON_EVENT, culprit_change="event-1")

    assert conclusion.culprit_change == "none"


def test_a_change_after_the_alert_is_no_culprit() -> None:
    late = a_datadog_event(happened_at=NOON + timedelta(minutes=1))

    conclusion = _settle(_case(events=(late,)), ON_EVENT, culprit_change="event-1")

    assert conclusion.culprit_change == "none"


def test_what_hung_on_a_refused_culprit_goes_with_it() -> None:
    conclusion = _settle(
        _case(),
        ON_LOG,
        summary="Deployment 2.4.1 did it.",
        culprit_change="event-1",
        category=Category.DEPLOYMENT,
        immediate_actions=("Roll back 2.4.1.",),
    )

    assert conclusion.immediate_actions == ()
    assert conclusion.category is Category.UNKNOWN
    assert "2.4.1" not in conclusion.summary
    assert conclusion.claims == (ON_LOG,)


def test_a_change_category_without_a_change_is_a_guess() -> None:
    conclusion = _settle(_case(), ON_LOG, category=Category.FEATURE_FLAG)

    assert conclusion.category is Category.UNKNOWN
    assert conclusion.outcome is Outcome.INCONCLUSIVE


def test_two_sources_and_a_culprit_that_came_first_confirm() -> None:
    conclusion = _settle(_case(), ON_EVENT, ON_LOG, culprit_change="event-1")

    assert conclusion.outcome is Outcome.CONFIRMED


def test_two_sources_confirm_a_cause_that_is_no_change() -> None:
    conclusion = _settle(_case(), ON_LOG, ON_METRIC, category=Category.DEPENDENCY)

    assert conclusion.outcome is Outcome.CONFIRMED


def test_one_source_makes_a_cause_likely() -> None:
    conclusion = _settle(_case(), ON_EVENT, ON_EVENT, culprit_change="event-1")

    assert conclusion.outcome is Outcome.LIKELY
    assert "one source" in conclusion.outcome_reason


def test_a_culprit_later_than_the_first_errors_is_only_likely() -> None:
    late = a_datadog_event(happened_at=NOON - timedelta(minutes=2))

    conclusion = _settle(_case(events=(late,)), ON_EVENT, ON_LOG, culprit_change="event-1")

    assert conclusion.outcome is Outcome.LIKELY
    assert "before the change" in conclusion.outcome_reason


@pytest.mark.parametrize("source", [Source.LOGS, Source.EVENTS, Source.METRICS])
def test_an_essential_source_that_could_not_be_asked_prevents_confirmation(source: Source) -> None:
    conclusion = _settle(_case(unasked=[source]), ON_EVENT, ON_LOG, culprit_change="event-1")

    assert conclusion.outcome is Outcome.LIKELY
    assert source.value in conclusion.outcome_reason


def test_metrics_are_not_essential_to_an_alert_without_one() -> None:
    case = _case(unasked=[Source.METRICS], frame=a_frame(metric_query=""))

    conclusion = _settle(case, ON_EVENT, ON_LOG, culprit_change="event-1")

    assert conclusion.outcome is Outcome.CONFIRMED


def test_a_past_incident_and_the_monitor_prove_nothing() -> None:
    case = _case(
        similar=(SimilarIncident(incident=a_past_incident(), score=1.0),), monitor=a_monitor()
    )
    hints = (
        a_claim(evidence_id="similar-1", quote="past incident: 00000000aa"),
        a_claim(evidence_id="monitor-1", quote="name: Error rate is high"),
    )

    conclusion = _settle(case, *hints, category=Category.DEPENDENCY)

    assert conclusion.claims == hints
    assert conclusion.outcome is Outcome.INCONCLUSIVE


def test_trouble_that_passed_by_itself_is_inconclusive() -> None:
    conclusion = _settle(_case(), ON_LOG, ON_METRIC, category=Category.TRANSIENT)

    assert conclusion.outcome is Outcome.INCONCLUSIVE


def test_what_could_not_be_asked_joins_what_the_analyst_missed() -> None:
    case = _case(unasked=[Source.HOST])

    conclusion = _settle(case, ON_LOG, missing_evidence=("traces",))

    assert conclusion.missing_evidence == ("host could not be asked: timed out", "traces")


def test_an_invented_service_is_not_named() -> None:
    conclusion = _settle(
        _case(), ON_LOG, first_failing_service="ghost", affected_services=("checkout", "ghost")
    )

    assert conclusion.first_failing_service == ""
    assert conclusion.affected_services == ("checkout",)


def test_other_services_logs_and_traces_support_a_cause() -> None:
    case = _case(
        metrics=(),
        related_logs=error_lines("heap is full", service="payments"),
        spans=failing_spans(),
    )
    on_related = a_claim(evidence_id="related-1", quote="heap is full")
    on_span = a_claim(evidence_id="span-1", quote="payments POST /pay failed by itself")

    assert _settle(case, on_related, on_span).outcome is Outcome.CONFIRMED


def test_two_kinds_of_logs_are_one_kind_of_evidence() -> None:
    case = _case(related_logs=error_lines("heap is full", service="payments"))
    on_related = a_claim(evidence_id="related-1", quote="heap is full")

    assert _settle(case, ON_LOG, on_related).outcome is Outcome.LIKELY


def test_a_tools_answer_supports_a_cause_as_its_source_does() -> None:
    case = _with_answer(_case(), Source.METRICS, "queue depth 4000, was 3")
    on_tool = a_claim(evidence_id="tool-1-1", quote="queue depth 4000")

    assert _settle(case, ON_LOG, on_tool).outcome is Outcome.CONFIRMED


def test_a_claim_on_a_source_that_could_not_be_asked_is_dropped() -> None:
    case = _case(logs=(), unasked=[Source.LOGS])

    conclusion = _settle(case, ON_EVENT, a_claim(evidence_id="log-1", quote="could not be asked"))

    assert conclusion.claims == (ON_EVENT,)


@pytest.mark.parametrize(
    ("source", "statement"),
    [
        (Source.EVENTS, "No deployment happened before the alert."),
        (Source.EVENTS, "Nothing was changed in the hours before."),
        (Source.HOST, "The host was healthy all the time."),
        (Source.SPANS, "No failed calls are seen in the traces."),
        (Source.HEALTH, "Latency stayed normal."),
    ],
)
def test_a_source_that_could_not_be_asked_never_says_that_nothing_happened(
    source: Source, statement: str
) -> None:
    quiet = a_claim(statement=statement, evidence_id="log-1", quote="connection reset")

    conclusion = _settle(_case(unasked=[source]), ON_LOG, quiet)

    assert quiet not in conclusion.claims
    assert conclusion.dropped_claims == 1


def test_a_source_that_was_asked_may_say_that_nothing_happened() -> None:
    quiet = ON_EVENT.model_copy(update={"statement": "No other deployment came before it."})

    assert _settle(_case(), quiet).claims == (quiet,)


def test_a_tool_that_was_asked_later_may_say_that_nothing_happened() -> None:
    case = _with_answer(_case(unasked=[Source.HEALTH]), Source.HEALTH, "error_rate 0 throughout")
    quiet = a_claim(
        statement="Latency stayed normal.", evidence_id="tool-1-1", quote="error_rate 0 throughout"
    )

    assert _settle(case, ON_LOG, quiet).claims == (ON_LOG, quiet)


def test_nothing_is_ruled_out_by_what_could_not_be_asked() -> None:
    change = Alternative(explanation="A change", ruled_out_by="No deployment was found.")
    host = Alternative(explanation="The host", ruled_out_by="Datadog shows it up.")

    conclusion = _settle(_case(unasked=[Source.EVENTS]), ON_LOG, ruled_out=(change, host))

    assert conclusion.ruled_out == (host,)


def test_a_change_with_only_loose_ties_is_likely_at_best() -> None:
    case = _case(logs=error_lines("payment refused: connection reset"))

    conclusion = _settle(case, ON_LOG, ON_EVENT, culprit_change="event-1")

    assert conclusion.outcome is Outcome.LIKELY


def _with_answer(case: Case, source: Source, text: str) -> Case:
    item = an_item(id="tool-1-1", source=source, text=text)
    return case.model_copy(update={"items": (*case.items, item)})
