"""A scenario moved to another time."""

from datetime import timedelta
from typing import Any

import pytest

from dd_lib.sandbox.firing import Firing, FiringOrder, fire
from dd_lib.sandbox.records import (
    EventRecord,
    LogRecord,
    MetricRecord,
    Scenario,
    SpanRecord,
    Telemetry,
)
from tests.factories import NOON

LATER = NOON + timedelta(days=40, minutes=7)
ID = "4444444444444444444"
WEBHOOK = {
    "id": ID,
    "alert_cycle_key": "777",
    "title": "[P1] [Triggered on {host:a}] Slow",
    "alert_transition": "Triggered",
    "date": "1767355200000",
    "last_updated": "1767355200000",
    "link": f"https://app.datadoghq.com/event/event?id={ID}",
    "body": "https://app.datadoghq.com/monitors/1?from_ts=1767354300000&to_ts=1767355500000",
    "org": {"id": "1", "name": "Acme"},
}


def a_scenario(**changes: Any) -> Scenario:
    telemetry = Telemetry(
        logs=(LogRecord(timestamp=NOON, message="m"),),
        metrics=(MetricRecord(timestamp=NOON, metric="cpu", value=1),),
        spans=(SpanRecord(start=NOON, duration_ms=1, service="s", trace_id="t", span_id="i"),),
        events=(
            EventRecord(id=ID, timestamp=NOON, source="alert", title="Slow"),
            EventRecord(id="5", timestamp=NOON, source="deployment", title="d"),
        ),
    )
    defaults: dict[str, Any] = {
        "name": "small",
        "kind": "",
        "title": "Slow",
        "alert_at": NOON,
        "webhook": WEBHOOK,
        "telemetry": telemetry,
    }
    return Scenario(**(defaults | changes))


def fired(*, fresh_ids: bool = False, number: int = 1, scenario: Scenario | None = None) -> Firing:
    order = FiringOrder(
        scenario="small",
        at=LATER,
        number=number,
        fresh_ids=fresh_ids,
        recovers_after=timedelta(minutes=8),
    )
    return fire(scenario or a_scenario(), order, "http://127.0.0.1:8090")


def test_everything_moves_by_the_same_span() -> None:
    telemetry = fired().telemetry

    moved = {
        telemetry.logs[0].timestamp,
        telemetry.metrics[0].timestamp,
        telemetry.spans[0].start,
        telemetry.events[0].timestamp,
    }
    assert moved == {LATER}


def test_webhook_times_are_the_new_ones_as_text() -> None:
    webhook = fired().webhook

    assert webhook["date"] == webhook["last_updated"] == str(int(LATER.timestamp() * 1000))


def test_links_lead_to_the_sandbox_at_the_new_time() -> None:
    webhook = fired().webhook
    alert_ms = int(LATER.timestamp() * 1000)

    assert webhook["body"] == (
        f"http://127.0.0.1:8090/monitors/1?from_ts={alert_ms - 900_000}&to_ts={alert_ms + 300_000}"
    )


def test_ids_stay_when_not_asked_to_be_fresh() -> None:
    firing = fired(fresh_ids=False)

    assert firing.webhook["id"] == ID
    assert firing.webhook["alert_cycle_key"] == "777"
    assert [event.id for event in firing.telemetry.events] == [ID, "5"]


def test_fresh_ids_differ_by_firing() -> None:
    first, second = fired(fresh_ids=True, number=1), fired(fresh_ids=True, number=2)

    assert len({ID, first.webhook["id"], second.webhook["id"]}) == 3
    assert first.webhook["alert_cycle_key"] != second.webhook["alert_cycle_key"]


def test_fresh_id_is_the_alert_events_id_and_other_events_keep_theirs() -> None:
    firing = fired(fresh_ids=True)

    assert [event.id for event in firing.telemetry.events] == [firing.webhook["id"], "5"]
    assert str(firing.webhook["link"]).endswith(f"id={firing.webhook['id']}")


def test_fresh_ids_have_19_digits() -> None:
    webhook = fired(fresh_ids=True).webhook

    assert len(str(webhook["id"])) == len(str(webhook["alert_cycle_key"])) == 19


def test_same_order_gives_the_same_firing() -> None:
    assert fired(fresh_ids=True) == fired(fresh_ids=True)


@pytest.mark.parametrize("fresh_ids", [True, False])
def test_recovery_belongs_to_the_alert_but_is_another_delivery(fresh_ids: bool) -> None:
    firing = fired(fresh_ids=fresh_ids)

    assert firing.recovery["alert_cycle_key"] == firing.webhook["alert_cycle_key"]
    assert firing.recovery["id"] != firing.webhook["id"]


def test_recovery_says_so_eight_minutes_later() -> None:
    recovery = fired().recovery

    assert recovery["alert_transition"] == "Recovered"
    assert recovery["title"] == "[P1] [Recovered on {host:a}] Slow"
    assert recovery["date"] == str(int((LATER + timedelta(minutes=8)).timestamp() * 1000))


def test_webhook_without_an_id_keeps_its_text() -> None:
    scenario = a_scenario(webhook={"title": "Slow", "date": "1767355200000"})

    assert fired(fresh_ids=True, scenario=scenario).webhook["title"] == "Slow"
