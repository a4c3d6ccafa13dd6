"""Demo data through the API: bounds, seeds, agreement, removal, and where it is refused."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.dependencies import Demo
from domain.alerts import AlertStatus
from domain.errors import Unavailable
from domain.incidents import GroupingRules
from tests.fakes.relay_store import FakeRelayStore
from tests.unit.api.front import Front

SEED_ALL = "/v1/demo/seed/all"
ROUTES = [
    ("POST", "/v1/demo/seed/webhooks"),
    ("POST", "/v1/demo/seed/rum"),
    ("POST", SEED_ALL),
    ("GET", "/v1/demo/monitors"),
    ("GET", "/v1/demo/status"),
    ("GET", "/v1/demo/error"),
    ("DELETE", "/v1/demo"),
]


def ask(front: Front, path: str) -> Any:
    return front.client.get(path).json()


async def relay(front: Front) -> None:
    """Opens an incident for whatever is pending."""
    await FakeRelayStore(front.state).claim(
        limit=100, waited=timedelta(0), lease=timedelta(minutes=1), rules=GroupingRules()
    )


@pytest.mark.parametrize(
    ("count", "stored"),
    [("", 50), ("7", 7), ("500", 500), ("0", 50), ("501", 50), ("-1", 50), ("many", 50)],
)
def test_webhooks_are_as_many_as_asked_for_else_fifty(
    front: Front, count: str, stored: int
) -> None:
    reply = front.client.post(f"/v1/demo/seed/webhooks?count={count}")

    assert reply.status_code == 201
    assert reply.json() == {
        "requested": stored,
        "created": stored,
        "seed": 1,
        "message": f"{stored} of {stored} webhooks are new",
    }
    assert ask(front, "/v1/webhooks/stats")["total_events"] == stored


@pytest.mark.parametrize(
    ("count", "stored"), [("", 100), ("3", 3), ("1000", 1000), ("0", 100), ("1001", 100)]
)
def test_visits_are_as_many_as_asked_for_else_a_hundred(
    front: Front, count: str, stored: int
) -> None:
    reply = front.client.post(f"/v1/demo/seed/rum?count={count}")

    assert reply.status_code == 201
    told = reply.json()
    assert told["requested_sessions"] == told["sessions_created"] == stored
    assert told["events_created"] == len(front.visits.events)
    assert len(front.visits.visits) == stored


def test_everything_at_once_says_how_much_of_each(front: Front) -> None:
    reply = front.client.post(f"{SEED_ALL}?webhooks=10&rum=20")

    assert reply.status_code == 201
    told = reply.json()
    assert (told["webhooks_created"], told["sessions_created"]) == (10, 20)
    assert told["events_created"] == len(front.visits.events)


def test_the_same_seed_twice_adds_nothing_and_says_why(front: Front) -> None:
    front.client.post(f"{SEED_ALL}?seed=7")
    events, sessions = ask(front, "/v1/webhooks/events"), ask(front, "/v1/rum/sessions")
    front.people.now += timedelta(days=2)

    again = front.client.post(f"{SEED_ALL}?seed=7").json()

    assert (again["webhooks_created"], again["sessions_created"], again["events_created"]) == (
        0,
    ) * 3
    assert "DELETE /v1/demo first" in again["message"]
    assert ask(front, "/v1/webhooks/events") == events
    assert ask(front, "/v1/rum/sessions") == sessions


def test_another_seed_adds_its_own(front: Front) -> None:
    front.client.post(SEED_ALL)

    assert front.client.post(f"{SEED_ALL}?seed=2").json()["webhooks_created"] == 50


def test_only_a_few_alerts_are_left_to_be_analysed(front: Front) -> None:
    front.client.post(SEED_ALL)

    assert ask(front, "/v1/webhooks/stats")["by_status"] == {"processed": 48, "pending": 2}


def test_with_a_real_datadog_nothing_is_left_to_be_analysed(front: Front) -> None:
    front.app.state.resources = replace(front.resources, demo=Demo(front.demo, live=0))

    front.client.post(SEED_ALL)

    assert ask(front, "/v1/webhooks/stats")["by_status"] == {"processed": 50}


def test_an_interrupted_seeding_is_ended_by_repeating_it(front: Front) -> None:
    front.client.post("/v1/demo/seed/webhooks?count=10")
    front.state.events[:] = front.state.events[:-1]  # the last live one never arrived

    again = front.client.post("/v1/demo/seed/webhooks?count=10").json()

    assert again["created"] == 1
    assert ask(front, "/v1/webhooks/stats")["total_events"] == 10


def test_lists_counts_incidents_and_monitors_agree(front: Front) -> None:
    front.client.post(f"{SEED_ALL}?webhooks=90")

    stats = ask(front, "/v1/webhooks/stats")
    events = ask(front, "/v1/webhooks/events?per_page=100")
    incidents = ask(front, "/v1/incidents?per_page=100")
    monitors = ask(front, "/v1/demo/monitors")["monitors"]
    pasts = {m["id"]: ask(front, f"/v1/webhooks/monitor/{m['id']}?limit=100") for m in monitors}

    assert stats["total_events"] == events["total_count"] == len(events["events"]) == 90
    assert sum(stats["by_status"].values()) == sum(stats["by_alert_status"].values()) == 90
    assert sum(len(past) for past in pasts.values()) == 90
    details = [ask(front, f"/v1/incidents/{i['id']}") for i in incidents["incidents"]]
    assert sum(len(one["event_ids"]) for one in details) == stats["by_status"]["processed"]
    for monitor in monitors:
        latest = max(
            (event["alert"] for event in pasts[monitor["id"]]),
            key=lambda alert: alert["happened_at"],
            default={"status": AlertStatus.OK},
        )
        assert monitor["status"] == monitor["overall_state"] == latest["status"]


def test_visits_agree_however_they_are_asked_for(front: Front) -> None:
    told = front.client.post("/v1/demo/seed/rum").json()

    analytics = ask(front, "/v1/rum/analytics?period=30d")
    sessions = ask(front, "/v1/rum/sessions?limit=100")
    visitors = ask(front, "/v1/rum/visitors?period=30d")

    assert analytics["total_sessions"] == len(sessions) == told["sessions_created"]
    assert analytics["total_page_views"] == sum(one["page_views"] for one in sessions)
    assert analytics["unique_visitors"] == visitors["unique_visitors"]
    assert analytics["unique_visitors"] == len({one["visitor_uuid"] for one in sessions})
    details = [ask(front, f"/v1/rum/session/{one['session_id']}") for one in sessions]
    assert sum(len(one["events"]) for one in details) == told["events_created"]


@pytest.mark.parametrize(
    ("count", "given"), [("", 20), ("1", 1), ("100", 100), ("0", 20), ("101", 20)]
)
def test_monitors_are_as_many_as_asked_for_else_twenty(
    front: Front, count: str, given: int
) -> None:
    told = ask(front, f"/v1/demo/monitors?count={count}")

    assert told["count"] == len(told["monitors"]) == given
    now = front.people.now
    for monitor in told["monitors"]:
        created, modified = (moment(monitor[name]) for name in ("created", "modified"))
        assert now - timedelta(days=30) < created < modified < now
        assert modified > now - timedelta(hours=24)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_status_counts_everything_and_names_the_seeds(front: Front) -> None:
    assert ask(front, "/v1/demo/status")["message"] == "there is no demo data here"
    front.client.post("/v1/demo/seed/webhooks?seed=3")

    told = ask(front, "/v1/demo/status")

    assert told["webhook_stats"] == ask(front, "/v1/webhooks/stats")
    assert [(one["seed"], one["kind"]) for one in told["seeds"]] == [(3, "webhooks")]
    assert told["message"] == "there is demo data here"


async def test_removing_leaves_what_is_real(front: Front) -> None:
    front.client.post("/v1/webhooks/receive", json={"alert_title": "real", "monitor_id": 42})
    visit = front.client.post("/v1/rum/init", json={"entry_page": "/"}).json()
    front.client.post(SEED_ALL)
    await relay(front)

    removed = front.client.delete("/v1/demo").json()

    assert (removed["webhooks_removed"], removed["sessions_removed"]) == (50, 100)
    events = ask(front, "/v1/webhooks/events")["events"]
    assert [event["payload"]["alert_title"] for event in events] == ["real"]
    assert ask(front, "/v1/incidents")["total_count"] == 1
    assert [s["session_id"] for s in ask(front, "/v1/rum/sessions")] == [visit["session_id"]]
    assert ask(front, "/v1/demo/status")["seeds"] == []


async def test_removing_ends_the_analyses_under_way(front: Front) -> None:
    front.client.post(SEED_ALL)
    await relay(front)
    live = await front.demo.open_incidents()

    front.client.delete("/v1/demo")

    assert len(live) == 2
    assert front.runs.stopped == list(live)


async def test_nothing_is_removed_while_an_analysis_cannot_be_ended(front: Front) -> None:
    front.client.post(SEED_ALL)
    await relay(front)
    front.runs.fails_with = Unavailable("Temporal cannot be reached")

    reply = front.client.delete("/v1/demo")

    assert reply.status_code == 503
    assert ask(front, "/v1/webhooks/stats")["total_events"] == 50


def test_removing_may_be_repeated(front: Front) -> None:
    reply = front.client.delete("/v1/demo")

    assert reply.status_code == 200
    assert reply.json()["webhooks_removed"] == 0


def test_seeding_and_removing_are_in_the_audit_log(front: Front) -> None:
    front.client.post("/v1/demo/seed/webhooks?seed=3")
    front.client.delete("/v1/demo")

    entries = ask(front, "/v1/audit")["entries"]

    assert [(one["action"], one["subject"]) for one in entries] == [
        ("demo.removed", ""),
        ("demo.seeded", "seed 3"),
    ]


@pytest.mark.parametrize(
    ("asked", "status", "error_type"),
    [
        ("", 500, "server"),
        ("?code=418", 418, "server"),
        ("?code=399", 500, "server"),
        ("?code=600", 500, "server"),
        ("?type=ratelimit", 429, "ratelimit"),
        ("?type=notfound&code=500", 404, "notfound"),
        ("?type=gremlins", 500, "server"),
    ],
)
def test_an_error_is_as_asked_for(front: Front, asked: str, status: int, error_type: str) -> None:
    reply = front.client.get(f"/v1/demo/error{asked}&message=boo" if asked else "/v1/demo/error")

    told = reply.json()
    assert reply.status_code == told["status"] == status
    assert (told["error_type"], told["demo"]) == (error_type, True)
    assert told["error"] == "boo" if asked else told["error"]


def test_a_random_error_is_another_one_each_time(front: Front) -> None:
    told = {ask(front, "/v1/demo/error?type=random")["error_type"] for _ in range(60)}

    assert len(told) > 3


def test_a_random_error_with_a_seed_is_always_the_same(front: Front) -> None:
    told = {ask(front, "/v1/demo/error?type=random&seed=5")["error_type"] for _ in range(10)}

    assert len(told) == 1


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_it_is_refused_where_only_real_data_belongs(front: Front, method: str, path: str) -> None:
    front.app.state.resources = replace(front.resources, demo=None)

    reply = front.client.request(method, path)

    assert reply.status_code == 403
    assert reply.json()["code"] == "Forbidden"
    assert "set RAYNE_DEMO=on" in reply.json()["error"]
    assert front.state.events == []


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_strangers_are_not_even_told_that(front: Front, method: str, path: str) -> None:
    front.expose()
    front.app.state.resources = replace(front.resources, demo=None)

    reply = front.client.request(method, path)

    assert reply.status_code == 401


def test_a_seed_of_any_length_is_harmless(front: Front) -> None:
    reply = front.client.post(f"/v1/demo/seed/webhooks?count=1&seed={'9' * 5_000}")

    assert reply.status_code == 201
    assert reply.json()["seed"] == 1
