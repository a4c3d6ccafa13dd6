"""What an analyst reads first."""

from datetime import timedelta

import pytest

from domain.case import Case
from domain.digest import Digest, DigestSection, build_digest
from domain.evidence import LogLine, Source
from tests.factories import NOON, a_datadog_event, a_host, a_log_line, a_monitor, a_series
from tests.unit.domain.cases import ONSET, a_case_with, error_lines, failing_spans

LOGS = error_lines("payment refused: connection reset {n}")
MANY_EVENTS = tuple(
    a_datadog_event(
        event_id=str(n),
        happened_at=NOON - timedelta(minutes=n),
        title=f"Deployed other {n}",
        text="words " * 100,
        tags=("service:other", "env:prod"),
    )
    for n in range(1, 400)
)


def a_full_case() -> Case:
    return a_case_with(
        logs=LOGS,
        related_logs=error_lines("heap is full", service="payments", host="pay-1"),
        events=(a_datadog_event(),),
        host=a_host(),
        monitor=a_monitor(),
        metrics=(a_series([1.0] * 100 + [9.0] * 7),),
        spans=failing_spans("checkout", "payments"),
    )


def section(digest: Digest, evidence_id: str) -> DigestSection:
    return next(one for one in digest.sections if one.evidence_id == evidence_id)


def position(digest: Digest, kind: str) -> int:
    ids = [one.evidence_id for one in digest.sections]
    return next(index for index, one in enumerate(ids) if one.startswith(kind))


def test_parts_come_in_the_order_of_use() -> None:
    digest = build_digest(a_full_case())

    kinds = ("event", "pattern", "related", "span", "edge", "metric", "host", "monitor", "log")
    positions = [position(digest, kind) for kind in kinds]
    assert positions == sorted(positions)


def test_it_begins_with_who_was_in_trouble_when() -> None:
    table = build_digest(a_full_case()).sections[0]

    assert table.lines[0].startswith("2026-01-02T11:53:00Z ")
    assert any("payments: new errors in the logs, 20 lines (related-1)" in r for r in table.lines)
    assert any("checkout: the alert's metric up (metric-1)" in row for row in table.lines)
    assert any("payments: spans failed by itself, 15 of 25 seen" in row for row in table.lines)


def test_it_ends_with_what_could_not_be_asked() -> None:
    digest = build_digest(a_case_with(logs=LOGS, unasked=[Source.EVENTS]))

    assert digest.sections[-1].heading.startswith("what could not be asked")
    assert digest.sections[-1].lines == ("events could not be asked: timed out",)


def test_every_item_is_either_shown_or_named_as_left_out() -> None:
    case = a_full_case()

    digest = build_digest(case, tokens=2_000)

    assert digest.left_out
    assert sorted((*digest.shown, *digest.left_out)) == sorted(item.id for item in case.items)


def test_a_heading_holds_no_word_from_outside() -> None:
    case = a_case_with(
        logs=error_lines("EVIL message", service="EVIL"),
        events=(a_datadog_event(title="EVIL", tags=("service:EVIL",), source="EVIL"),),
    )

    headings = " ".join(one.heading for one in build_digest(case).sections)

    assert "EVIL" not in headings


def test_lines_are_letter_by_letter_those_of_the_item() -> None:
    case = a_full_case()

    lines = section(build_digest(case), "event-1").lines

    item = case.item("event-1")
    assert item
    assert "\n".join(lines) == item.text


def test_a_change_in_the_troubled_service_is_shown_among_hundreds() -> None:
    culprit = a_datadog_event(event_id="99999", happened_at=NOON - timedelta(hours=5))
    case = a_case_with(logs=LOGS, events=(*MANY_EVENTS, culprit))

    digest = build_digest(case, tokens=3_000)

    culprits_id = next(item.id for item in case.items if "event id: 99999" in item.text)
    assert culprits_id in digest.shown
    assert len(digest.left_out) > 100


def test_changes_before_the_trouble_stand_before_later_ones() -> None:
    later = a_datadog_event(event_id="2", happened_at=NOON)
    earlier = a_datadog_event(event_id="1", happened_at=ONSET - timedelta(hours=2))
    digest = build_digest(a_case_with(logs=LOGS, events=(later, earlier)))

    ids = [one.evidence_id for one in digest.sections if one.evidence_id.startswith("event")]

    assert ids == ["event-1", "event-2"]
    assert "before the first onset" in section(digest, "event-1").heading
    assert "after the first onset" in section(digest, "event-2").heading


def test_the_first_and_last_line_of_a_pattern_stand_for_the_others() -> None:
    digest = build_digest(a_case_with(logs=LOGS), tokens=900)

    shown = [one for one in digest.shown if one.startswith("log-")]
    assert shown[:2] == ["log-1", "log-20"]


def test_a_very_long_line_is_cut_and_not_dropped() -> None:
    case = a_case_with(logs=(a_log_line(message="x" * 50_000),))

    lines = section(build_digest(case), "log-1").lines

    assert max(map(len, lines)) < 2_000


def test_it_says_how_many_tokens_it_takes() -> None:
    small = build_digest(a_full_case(), tokens=1_500).tokens
    large = build_digest(a_full_case()).tokens

    assert 0 < small <= 1_500 < large <= 30_000


@pytest.mark.parametrize("tokens", [0, 1, 250, 300])
def test_a_budget_too_small_for_anything_is_kept_all_the_same(tokens: int) -> None:
    digest = build_digest(a_full_case(), tokens=tokens)

    assert digest.tokens <= tokens
    assert len(digest.left_out) + len(digest.shown) == len(a_full_case().items)


def test_a_thousand_lines_that_all_differ_fit_the_budget() -> None:
    lines = tuple(_different(number) for number in range(1_000))

    digest = build_digest(a_case_with(logs=lines))

    assert digest.tokens <= 30_000
    assert digest.left_out


def _different(number: int) -> LogLine:
    return a_log_line(
        message=f"{chr(97 + number % 26) * 6} went wrong " + "context " * 40,
        logged_at=NOON - timedelta(seconds=number),
    )
