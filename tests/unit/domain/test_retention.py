"""What is old, and what stays of an analysis whose evidence goes."""

from datetime import timedelta

from domain.analysis import Claim
from domain.case import Evidence, Prepared
from domain.recollection import search_text
from domain.retention import Batch, Kind, RetentionRules, RetentionState, essence
from tests.factories import NOON, a_conclusion, a_log_line, an_alert, an_incident, an_item

DAY = timedelta(days=1)


def prepared(**evidence: object) -> Prepared:
    return Prepared(
        incident=an_incident(),
        alerts=(an_alert(),),
        evidence=Evidence.model_validate(evidence),
        items=(an_item(id="log-1"), an_item(id="log-2")),
    )


def test_each_kind_has_its_own_age() -> None:
    plan = RetentionRules(deliveries=2 * DAY, evidence=DAY).plan(NOON)

    assert plan.before[Kind.DELIVERIES] == NOON - 2 * DAY
    assert plan.before[Kind.EVIDENCE] == NOON - DAY


def test_what_is_kept_for_ever_is_not_planned() -> None:
    assert Kind.AUDIT not in RetentionRules(audit=None).plan(NOON).before


def test_a_kind_is_left_once_a_batch_finds_no_more() -> None:
    state = RetentionState().begun(RetentionRules().plan(NOON))

    state = state.with_batch(Batch(removed=5, last_id=9, is_done=False))
    assert (state.left[0], state.after) == (Kind.DELIVERIES, 9)

    state = state.with_batch(Batch(removed=2, last_id=11))
    assert (state.left[0], state.after) == (Kind.EVIDENCE, 0)
    assert state.removed == {Kind.DELIVERIES: 7}


def test_what_the_report_cites_stays() -> None:
    claim = Claim(statement="it broke", evidence_id="log-2", quote="broke")

    kept = essence(prepared(), a_conclusion(claims=(claim,)))

    assert [item.id for item in kept.items] == ["log-2"]


def test_memory_finds_the_incident_by_the_same_words_as_before() -> None:
    lines = [a_log_line(message=f"timeout after {n} ms on pool a") for n in range(30)]
    lines += [a_log_line(message=f"user {n} not found") for n in range(3)]
    whole = prepared(logs=lines)

    kept = essence(whole, None)

    assert len(kept.evidence.logs) == 2
    assert search_text(kept.incident, kept.alerts, kept.evidence) == search_text(
        whole.incident, whole.alerts, whole.evidence
    )
