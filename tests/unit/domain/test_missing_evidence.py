"""Gaps are named, and only gaps."""

from domain.evidence import Source, SourceResult, SourceStatus
from domain.missing_evidence import gaps
from tests.unit.domain.cases import a_case_with


def test_a_source_that_failed_is_a_gap_with_its_reason() -> None:
    assert gaps(a_case_with(unasked=[Source.EVENTS])) == ("events could not be asked: timed out",)


def test_a_source_that_answered_with_nothing_is_no_gap() -> None:
    answered = tuple(SourceResult(source=source, status=SourceStatus.NOTHING) for source in Source)

    assert gaps(a_case_with(sources=answered)) == ()


def test_an_essential_source_that_nobody_asked_is_a_gap() -> None:
    assert gaps(a_case_with(sources=())) == (
        "logs were not asked",
        "events were not asked",
        "metrics were not asked",
    )
