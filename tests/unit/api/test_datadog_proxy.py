"""Events, hosts and monitors passed on: filters and pages go up, answers come down as they are."""

from datetime import timedelta
from typing import Any

import pytest

from api.datadog_port import Event, Monitor
from domain.evidence import Window
from tests.factories import NOON
from tests.fakes.datadog_proxy import EventQuestion
from tests.unit.api.front import Front

HOUR = timedelta(hours=1)


def an_event(**changes: Any) -> Event:
    defaults: dict[str, Any] = {
        "id": "1",
        "timestamp": NOON,
        "title": "Deployed",
        "text": "checkout 2.0 is out",
        "source": "deployment",
        "tags": ["service:checkout"],
    }
    return Event(**(defaults | changes))


def a_monitor(**changes: Any) -> Monitor:
    defaults: dict[str, Any] = {
        "id": 42,
        "name": "Errors",
        "status": "OK",
        "type": "log alert",
        "query": "logs(...)",
        "tags": [],
        "overall_state": "OK",
    }
    return Monitor(**(defaults | changes))


def test_events_are_a_bare_list_of_their_texts(front: Front) -> None:
    front.datadog.events = [an_event(), an_event(text="")]

    assert front.client.get("/v1/events").json() == ["checkout 2.0 is out", ""]


def test_whole_events_come_with_the_cursor_of_the_next_page(front: Front) -> None:
    front.datadog.events = [an_event(id="1"), an_event(id="2"), an_event(id="3")]

    first = front.client.get("/v1/events?format=full&limit=2").json()
    second = front.client.get(f"/v1/events?format=full&limit=2&cursor={first['cursor']}").json()

    assert [event["id"] for event in first["events"]] == ["1", "2"]
    assert [event["id"] for event in second["events"]] == ["3"]
    assert second["cursor"] == ""


def test_events_without_times_are_those_of_the_last_hour(front: Front) -> None:
    front.client.get("/v1/events")

    window = Window(start=NOON - HOUR, end=NOON)
    assert front.datadog.event_searches == [EventQuestion("*", window, 100, "")]


def test_events_are_sought_as_asked(front: Front) -> None:
    front.client.get(
        "/v1/events",
        params={"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T12:00:00Z", "query": "a:b"},
    )

    window = Window(start=NOON - timedelta(hours=36), end=NOON)
    assert front.datadog.event_searches == [EventQuestion("a:b", window, 100, "")]


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-01-02T12:00:00Z&to=2026-01-02T11:00:00Z",
        "from=yesterday",
        "from=2026-01-02T12:00:00",
        "limit=0",
        "limit=1001",
        "format=xml",
    ],
)
def test_a_question_for_events_that_makes_no_sense_is_refused(front: Front, query: str) -> None:
    assert front.client.get(f"/v1/events?{query}").status_code == 422
    assert front.datadog.event_searches == []


def test_hosts_are_a_bare_list_of_names(front: Front) -> None:
    front.datadog.hosts = {"web-1": [], "web-2": [], "db-1": []}

    assert front.client.get("/v1/hosts").json() == ["web-1", "web-2", "db-1"]
    assert front.client.get("/v1/hosts?filter=web").json() == ["web-1", "web-2"]


def test_active_hosts_are_counted_once(front: Front) -> None:
    front.datadog.hosts = {"web-1": []}

    found = front.client.get("/v1/hosts/active").json()

    assert found == {"active": 1, "up": 1, "text": "Active: 1, Up: 1"}


def test_the_tags_of_all_hosts_are_lists_by_host(front: Front) -> None:
    front.datadog.hosts = {"web-1": ["env:prod"], "db-1": []}

    assert front.client.get("/v1/hosts/tags").json() == {"web-1": ["env:prod"], "db-1": []}


def test_the_tags_of_one_host_are_a_list(front: Front) -> None:
    front.datadog.hosts = {"web-1": ["env:prod"]}

    assert front.client.get("/v1/hosts/web-1/tags").json() == {"tags": ["env:prod"]}


def test_an_unknown_host_is_not_a_host_without_tags(front: Front) -> None:
    assert front.client.get("/v1/hosts/web-1/tags").status_code == 404


def test_monitors_come_by_pages_that_count_from_0(front: Front) -> None:
    front.datadog.monitors = [a_monitor(id=number) for number in range(5)]

    found = front.client.get("/v1/monitors?page=1&per_page=2").json()

    assert [monitor["id"] for monitor in found.pop("monitors")] == [2, 3]
    assert found == {"page": 1, "page_count": 3, "per_page": 2, "total_count": 5}


@pytest.mark.parametrize("query", ["", "page=-1&per_page=0", "page=x&per_page=101"])
def test_a_page_of_monitors_that_makes_no_sense_is_the_first_of_thirty(
    front: Front, query: str
) -> None:
    found = front.client.get(f"/v1/monitors?{query}").json()

    assert (found["page"], found["per_page"], found["monitors"]) == (0, 30, [])


def test_a_search_for_monitors_goes_up_as_it_is(front: Front) -> None:
    front.client.get("/v1/monitors", params={"query": 'tag:"env:prod"'})

    assert front.datadog.monitor_searches == ['tag:"env:prod"']


def test_triggered_monitors_are_those_in_alert_or_warn(front: Front) -> None:
    states = {1: "OK", 2: "Warn", 3: "Alert", 4: "No Data"}
    front.datadog.monitors = [a_monitor(id=key, status=status) for key, status in states.items()]

    found = front.client.get("/v1/monitors/triggered").json()

    assert [monitor["id"] for monitor in found["monitors"]] == [3, 2]
    assert (found["count"], found["partial"]) == (2, "")


def test_a_list_that_was_cut_says_so(front: Front) -> None:
    front.datadog.partial = "stopped at the first 10000"

    assert front.client.get("/v1/monitors/ids").json()["partial"] == "stopped at the first 10000"


def test_the_names_of_all_monitors_are_told(front: Front) -> None:
    front.datadog.monitors = [a_monitor()]

    found = front.client.get("/v1/monitors/ids").json()

    assert found["monitors"] == [{"id": 42, "name": "Errors", "status": "OK"}]
    assert found["count"] == 1


def test_pages_are_counted_without_their_monitors(front: Front) -> None:
    front.datadog.monitors = [a_monitor(id=number) for number in range(31)]

    found = front.client.get("/v1/monitors/pages").json()

    assert found == {"page": 0, "page_count": 2, "per_page": 30, "total_count": 31}


@pytest.mark.parametrize(("id", "status"), [("7", 404), ("x", 400), ("0", 400), ("9" * 30, 400)])
def test_a_monitor_that_is_missing_is_no_empty_monitor(front: Front, id: str, status: int) -> None:
    assert front.client.get(f"/v1/monitors/{id}").status_code == status
