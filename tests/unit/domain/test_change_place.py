"""Ties between a change and where the trouble began."""

from datetime import timedelta
from typing import Any

from domain.change_links import MENTIONED, POINTED_AT, Link, links_of
from domain.culprit import rank_suspects
from domain.evidence import DatadogEvent
from domain.examination import examine
from tests.factories import a_datadog_event
from tests.unit.domain.cases import ONSET, a_case_with, error_lines, failing_spans

MINUTE = timedelta(minutes=1)
PATH = ("checkout", "payments", "ledger")
BLAND = {"title": "Deployed", "text": "3 commits"}


def a_change(service: str, *, minutes_before: float, **changes: Any) -> DatadogEvent:
    tags = (f"service:{service}", "env:prod")
    at = ONSET - minutes_before * MINUTE
    return a_datadog_event(**({"happened_at": at, "tags": tags} | BLAND | changes))


def links(event: DatadogEvent, **evidence: Any) -> tuple[Link, ...]:
    given = {"spans": failing_spans(*PATH), "events": (event,)} | evidence
    return links_of(event, examine(a_case_with(**given)))


def strength(event: DatadogEvent, **evidence: Any) -> float:
    return sum(link.strength for link in links(event, **evidence))


def culprits(*events: DatadogEvent, **evidence: Any) -> list[str]:
    given = {"spans": failing_spans(*PATH), "events": events} | evidence
    suspects = rank_suspects(examine(a_case_with(**given)))
    return [suspect.event.event_id for suspect in suspects if suspect.is_culprit]


KIND = {"text": "maximum-pool-size 40 -> 4"}
POOL = error_lines("Connection is not available", service="ledger", host="l-1")


def test_a_change_of_what_failed_first_is_tied_by_having_come_just_before() -> None:
    (link,) = links(a_change("ledger", minutes_before=2))

    assert link.strength == POINTED_AT
    assert link.is_circumstantial


def test_time_and_place_alone_convict_only_where_it_began_and_at_once() -> None:
    assert culprits(a_change("ledger", minutes_before=4)) == ["7001"]
    assert culprits(a_change("ledger", minutes_before=6)) == []
    assert culprits(a_change("payments", minutes_before=4)) == []


def test_the_longer_it_ran_well_the_looser_the_tie() -> None:
    soon, later, long = (
        strength(a_change("ledger", minutes_before=minutes)) for minutes in (2, 10, 25)
    )

    assert soon > later > long > strength(a_change("ledger", minutes_before=90)) == 0


def test_a_change_on_the_way_there_is_tied_more_loosely() -> None:
    event = a_change("payments", minutes_before=2)

    assert 0 < strength(event) < strength(a_change("ledger", minutes_before=2))
    assert culprits(event) == []


def test_a_change_elsewhere_is_not_tied_by_its_time() -> None:
    assert links(a_change("search", minutes_before=2)) == ()


def test_a_store_is_answered_for_by_what_asks_it() -> None:
    spans = failing_spans("checkout", "payments", "ledger-db")
    event = a_change("payments", minutes_before=2)

    assert strength(event, spans=spans) == strength(a_change("ledger", minutes_before=2))


def test_a_full_disk_clears_whoever_deployed_just_before() -> None:
    full = error_lines("write failed: No space left on device", service="ledger", host="l-1")

    assert links(a_change("ledger", minutes_before=2), related_logs=full) == ()


def test_a_version_that_no_error_comes_from_is_innocent() -> None:
    old = error_lines("boom", service="ledger", host="l-1", tags=("version:1.0.0",))
    event = a_change("ledger", minutes_before=2, tags=("service:ledger", "version:2.0.0"))

    assert links(event, related_logs=old) == ()


def test_a_merged_commit_takes_no_effect_by_itself() -> None:
    assert links(a_change("ledger", minutes_before=2, source="github")) == ()


def test_errors_that_name_what_was_changed_tie_it() -> None:
    named = error_lines("no rate in the answer of tax", service="ledger", host="l-1")

    (link,) = links(a_change("tax", minutes_before=2), related_logs=named)

    assert link.strength == MENTIONED
    assert (link.evidence_id, link.fact) == ("related-1", "example")


def test_a_path_that_holds_a_services_name_does_not_name_it() -> None:
    asked = error_lines("GET /v1/tax/rates failed", service="ledger", host="l-1")

    assert links(a_change("tax", minutes_before=2), related_logs=asked) == ()


def test_a_change_and_errors_of_one_kind_are_tied_loosely() -> None:
    event = a_change("ledger", minutes_before=10, **KIND)

    assert culprits(event, related_logs=POOL) == ["7001"]
    assert culprits(a_change("ledger", minutes_before=10), related_logs=POOL) == []


def test_what_leaks_may_have_been_changed_hours_ago() -> None:
    crashed = error_lines(
        "worker exited with code 134", service="ledger", host="l-1", tags=("version:2.0.0",)
    )
    event = a_change(
        "ledger",
        minutes_before=240,
        text="keeps templates in memory",
        tags=("service:ledger", "version:2.0.0"),
    )

    assert culprits(event, related_logs=crashed) == ["7001"]


def test_of_several_suspects_the_one_where_it_began_comes_first() -> None:
    there = a_change("ledger", minutes_before=4, event_id="1", **KIND)
    caller = a_change("payments", minutes_before=1, event_id="2", **KIND)

    assert culprits(there, caller, related_logs=POOL)[0] == "1"
