"""Visits read back under the names they always had, and bad questions become the usual ones."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.rum_windows import bucket_width
from domain.evidence import Window
from tests.factories import NOON
from tests.unit.api.front import Front
from tests.visits import ANN, SESSION, a_view, an_activity

DAY = timedelta(days=1)


async def visit(front: Front, **changes: Any) -> None:
    await front.visits.record(an_activity(a_view("/a", page_title="A"), **changes))


def asked(front: Front, path: str, **query: str) -> Any:
    reply = front.client.get(f"/v1/rum/{path}", params=query)
    assert reply.status_code == 200
    return reply.json()


async def test_a_visitor_is_shown(front: Front) -> None:
    await visit(front)

    found = asked(front, f"visitor/{ANN.upper()}")

    assert found.keys() == {
        "id",
        "uuid",
        "first_seen",
        "last_seen",
        "session_count",
        "total_views",
        "user_agent",
        "ip_hash",
    }
    assert (found["uuid"], found["session_count"], found["total_views"]) == (ANN, 1, 1)


async def test_a_session_comes_with_its_events(front: Front) -> None:
    await visit(front)

    found = asked(front, f"session/{SESSION}")

    (event,) = found["events"]
    assert (found["session"]["session_id"], found["session"]["page_views"]) == (SESSION, 1)
    assert "end_time" not in found["session"]
    assert event == {
        "id": 1,
        "visitor_uuid": ANN,
        "session_id": SESSION,
        "event_type": "view",
        "timestamp": NOON.isoformat().replace("+00:00", "Z"),
        "page_url": "/a",
        "page_title": "A",
    }


@pytest.mark.parametrize("kind", ["visitor", "session"])
@pytest.mark.parametrize("id", [ANN, "nobody", "5", "%00"])
def test_who_is_unknown_is_not_found(front: Front, kind: str, id: str) -> None:
    assert front.client.get(f"/v1/rum/{kind}/{id}").status_code == 404


async def test_sessions_are_a_bare_list(front: Front) -> None:
    await visit(front)

    assert [one["session_id"] for one in asked(front, "sessions")] == [SESSION]
    assert asked(front, "sessions", offset="1") == []
    assert asked(front, "sessions", before="1") == []
    assert len(asked(front, "sessions", limit="-5", offset="x")) == 1


async def test_statistics_have_their_old_names(front: Front) -> None:
    await visit(front)

    found = asked(front, "analytics")

    assert found | {"buckets": []} == {
        "unique_visitors": 1,
        "total_sessions": 1,
        "total_page_views": 1,
        "avg_session_duration_ms": 0.0,
        "new_visitors": 1,
        "returning_visitors": 0,
        "top_pages": [{"page_url": "/a", "page_title": "A", "views": 1}],
        "by_device": {"desktop": 1},
        "by_browser": {"Firefox": 1},
        "buckets": [],
        "period": f"{NOON - DAY:%Y-%m-%d} to {NOON:%Y-%m-%d}",
    }
    assert sum(bucket["page_views"] for bucket in found["buckets"]) == 1
    assert len(found["buckets"]) == 25


async def test_visitors_are_counted_by_when_they_first_came(front: Front) -> None:
    await visit(front, at=NOON - 3 * DAY)

    assert asked(front, "visitors")["unique_visitors"] == 0
    assert asked(front, "visitors", period="7d")["unique_visitors"] == 1


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ({}, NOON - DAY, NOON),
        ({"period": "6h"}, NOON - timedelta(hours=6), NOON),
        ({"period": "6h", "from": "2020-01-01"}, NOON - timedelta(hours=6), NOON),
        (
            {"from": "2024-02-01", "to": "2024-02-02"},
            moment("2024-02-01"),
            moment("2024-02-02T23:59:59.999999"),
        ),
        (
            {"from": "2024-02-01T02:00:00 02:00", "to": "2024-02-01T12:00:00Z"},
            moment("2024-02-01"),
            moment("2024-02-01T12:00:00"),
        ),
        (
            {"period": "1h", "to": "2024-02-01T12:00:00Z"},
            moment("2024-02-01T11:00:00"),
            moment("2024-02-01T12:00:00"),
        ),
        ({"from": "yesterday", "to": "soon", "period": "5m"}, NOON - DAY, NOON),
        ({"from": "2024-02-01T00:00:00", "to": "0001-01-01"}, NOON - DAY, NOON),
        ({"from": "9998-01-01T00:00:00+00:00"}, NOON - DAY, NOON),
        (
            {"from": "2024-02-03", "to": "2024-02-01T00:00:00Z"},
            moment("2024-01-31"),
            moment("2024-02-01"),
        ),
    ],
)
def test_a_window_is_what_was_asked_for(
    front: Front, query: dict[str, str], start: datetime, end: datetime
) -> None:
    found = asked(front, "visitors", **query)

    assert (datetime.fromisoformat(found["from"]), datetime.fromisoformat(found["to"])) == (
        start,
        end,
    )


@pytest.mark.parametrize(
    ("span", "width"),
    [
        (timedelta(hours=1), timedelta(minutes=5)),
        (DAY, timedelta(hours=1)),
        (7 * DAY, DAY),
        (365 * DAY, 7 * DAY),
        (3650 * DAY, 365 * DAY),
    ],
)
def test_buckets_fit_the_window(span: timedelta, width: timedelta) -> None:
    assert bucket_width(Window(start=NOON, end=NOON + span)) == width
