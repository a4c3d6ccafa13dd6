"""Who was in trouble since when."""

from datetime import timedelta
from typing import Any

from domain.examination import examine
from domain.onsets import Onset, onsets
from tests.factories import NOON, a_series
from tests.unit.domain.cases import ONSET, a_case_with, calm_spans, error_lines, failing_spans


def of(**evidence: Any) -> tuple[Onset, ...]:
    return onsets(examine(a_case_with(**evidence)))


def test_without_any_sign_only_the_alert_has_its_time() -> None:
    (row,) = of(spans=calm_spans("checkout", "payments"))

    assert (row.at, row.service, row.sign) == (NOON, "checkout", "first alert")


def test_every_kind_of_sign_has_a_row_with_its_evidence() -> None:
    health = a_series([0.0] * 100 + [0.5] * 7, scope="service:payments,env:prod")

    rows = of(
        logs=error_lines("boom"),
        related_logs=error_lines("heap is full", service="payments", host="p-1"),
        spans=failing_spans("checkout", "payments"),
        health=(health.model_copy(update={"query": "error_rate"}),),
        metrics=(a_series([1.0] * 100 + [9.0] * 7),),
    )

    ids = {row.evidence_id for row in rows}
    assert ids == {"pattern-1", "related-1", "span-1", "health-1", "metric-1", ""}


def test_the_earliest_comes_first() -> None:
    late = error_lines("late", service="payments", host="p-1", start=ONSET + timedelta(minutes=3))

    rows = of(logs=error_lines("boom"), related_logs=late)

    assert [row.service for row in rows] == ["checkout", "payments", "checkout"]


def test_what_always_complained_has_no_onset() -> None:
    usual = error_lines("boom", start=NOON - timedelta(hours=3))

    rows = of(logs=error_lines("boom", count=2), baseline_logs=usual)

    assert [row.sign for row in rows] == ["first alert"]


def test_a_row_reads_as_time_service_sign_and_evidence() -> None:
    rows = of(logs=error_lines("boom"))

    assert rows[0].words == (
        "2026-01-02T11:53:00Z checkout: new errors in the logs, 20 lines (pattern-1)"
    )
