"""Spans as they come, and as an analysis reads them."""

from typing import Any

import pytest

from dd_lib.span_records import as_record
from dd_lib.spans import SpanFacts
from domain.evidence import SpanRecord
from tests.factories import NOON


def read(**attributes: Any) -> SpanRecord:
    record = as_record(SpanFacts.model_validate({"start_timestamp": NOON} | attributes))
    assert record
    return record


@pytest.mark.parametrize(
    "attributes",
    [
        {"custom": {"error": {"message": "boom"}}},
        {"custom": {"error": 1}},
        {"custom": {"error": "true"}},
        {"custom": {"status": "error"}},
        {"tags": ["error:1"]},
        {"tags": ["status:error"]},
    ],
)
def test_a_failed_span_is_known_by_any_of_its_marks(attributes: dict[str, Any]) -> None:
    assert read(**attributes).error


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"custom": {"error": {}}},
        {"custom": {"error": 0}},
        {"custom": {"error": False}},
        {"custom": {"status": "ok"}},
        {"tags": ["error:false", "status:ok"]},
    ],
)
def test_a_span_without_a_mark_has_not_failed(attributes: dict[str, Any]) -> None:
    assert not read(**attributes).error


def test_a_duration_is_in_milliseconds() -> None:
    assert read(custom={"duration": 3_402_932}).duration_ms == pytest.approx(3.402932)


def test_without_its_own_figure_a_duration_is_the_time_between_its_ends() -> None:
    record = read(start_timestamp="2026-01-02T12:00:00Z", end_timestamp="2026-01-02T12:00:01.500Z")

    assert record.duration_ms == 1500


def test_a_first_span_has_no_parent() -> None:
    assert read(parent_id="0").parent_id == ""


def test_an_error_is_told_type_first() -> None:
    error = {"message": "no answer\nfrom payments", "type": "TimeoutError", "stack": "..."}

    assert read(custom={"error": error}).error_message == "TimeoutError: no answer from payments"


def test_a_span_without_a_time_belongs_nowhere() -> None:
    assert as_record(SpanFacts(service="checkout")) is None
