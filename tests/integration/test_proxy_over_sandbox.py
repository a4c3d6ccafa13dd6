"""The routes that ask Datadog, through the real client, against the stateful stand-in."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from tests.contract.datadog_api_goldens import calling
from tests.factories import NOON
from tests.servers.sandbox import a_sandbox

MONITOR = 14205511
HOST = "checkout-7d9f-a"
UNKNOWN_DOWNTIME = "00000000-0000-1234-0000-000000000000"
HOUR = {"from": "2026-01-02T11:00:00Z", "to": "2026-01-02T12:00:00Z"}
WISH: dict[str, Any] = {"monitor_id": MONITOR, "scope": "env:prod AND service:checkout"}


@pytest.fixture
def caller() -> Iterator[TestClient]:
    """Asks a Rayne whose Datadog has just lived through a bad deployment."""
    sandbox = a_sandbox()
    with TestClient(sandbox) as levers:
        levers.post("/sandbox/scenarios/bad-deploy/load", json={"at": NOON.isoformat()})
    with calling(httpx.ASGITransport(sandbox)) as caller:
        yield caller


def got(caller: TestClient, path: str) -> Any:
    return _body(caller.get(f"/v1{path}"))


def posted(caller: TestClient, path: str, body: dict[str, Any]) -> Any:
    return _body(caller.post(f"/v1{path}", json=body))


def _body(reply: Any) -> Any:
    assert reply.is_success, reply.text
    return reply.json()


def test_a_downtime_is_made_once_however_often_it_is_asked_for(caller: TestClient) -> None:
    first = caller.post("/v1/downtimes", json=WISH)
    second = caller.post("/v1/downtimes", json=WISH)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert got(caller, "/downtimes")["ids"] == [first.json()["id"]]


def test_a_downtime_mutes_the_group_that_was_named_for_two_hours(caller: TestClient) -> None:
    made = posted(caller, "/downtimes", WISH)

    assert (made["monitor_id"], made["scope"]) == (MONITOR, WISH["scope"])
    assert (made["status"], made["start"], made["end"]) == (
        "active",
        "2026-01-02T12:00:00Z",
        "2026-01-02T14:00:00Z",
    )


def test_a_cancelled_downtime_is_told_of_but_not_as_current(caller: TestClient) -> None:
    made = posted(caller, "/downtimes", WISH)

    statuses = [caller.delete(f"/v1/downtimes/{made['id']}").status_code for _ in range(2)]

    assert statuses == [204, 204]
    assert got(caller, "/downtimes?current_only=true")["downtimes"] == []
    assert [each["status"] for each in got(caller, "/downtimes")["downtimes"]] == ["canceled"]


def test_an_unknown_downtime_cannot_be_cancelled(caller: TestClient) -> None:
    reply = caller.delete(f"/v1/downtimes/{UNKNOWN_DOWNTIME}")

    assert (reply.status_code, reply.json()["code"]) == (404, "NotFound")


def test_events_are_their_texts_unless_more_is_asked_for(caller: TestClient) -> None:
    texts = got(caller, "/events")
    events = got(caller, "/events?format=full")["events"]

    assert texts == [event["text"] for event in events]
    assert [event["timestamp"] for event in events] == sorted(e["timestamp"] for e in events)


def test_events_are_paged_by_cursor_until_there_is_none(caller: TestClient) -> None:
    whole = got(caller, "/events?format=full")["events"]

    pages: list[list[Any]] = []
    cursor = ""
    while not pages or cursor:
        page = got(caller, f"/events?format=full&limit=2&cursor={cursor}")
        pages.append(page["events"])
        cursor = page["cursor"]

    assert len(pages) > 1
    assert [event for page in pages for event in page] == whole


def test_events_are_found_by_datadogs_own_syntax(caller: TestClient) -> None:
    events = got(caller, "/events?format=full&query=source:github")["events"]

    assert [event["source"] for event in events] == ["github"]


def test_hosts_are_their_names(caller: TestClient) -> None:
    assert got(caller, "/hosts") == [
        "checkout-7d9f-a",
        "checkout-7d9f-b",
        "checkout-7d9f-c",
        "search-api-1",
    ]
    assert got(caller, "/hosts?filter=search") == ["search-api-1"]


def test_active_hosts_are_counted(caller: TestClient) -> None:
    assert got(caller, "/hosts/active") == {"active": 4, "up": 4, "text": "Active: 4, Up: 4"}


def test_one_hosts_tags_are_those_that_the_list_of_all_tells(caller: TestClient) -> None:
    one = got(caller, f"/hosts/{HOST}/tags")["tags"]
    every = got(caller, "/hosts/tags")

    assert (
        sorted(one) == sorted(every[HOST]) == ["env:prod", "region:eu-west-1", "service:checkout"]
    )
    assert list(every) == got(caller, "/hosts")


def test_an_unknown_host_has_no_tags_but_an_error(caller: TestClient) -> None:
    assert caller.get("/v1/hosts/nowhere/tags").status_code == 404


def test_monitors_are_paged_from_0(caller: TestClient) -> None:
    first, second = (got(caller, f"/monitors?per_page=1&page={page}") for page in (0, 1))

    assert [monitor["id"] for monitor in first["monitors"]] == [MONITOR]
    assert second["monitors"] == []
    assert (first["page_count"], first["total_count"]) == (1, 1)


def test_the_pages_are_counted_without_their_monitors(caller: TestClient) -> None:
    assert got(caller, "/monitors/pages") == {
        "page": 0,
        "page_count": 1,
        "per_page": 30,
        "total_count": 1,
    }


@pytest.mark.parametrize("path", ["/monitors/triggered", "/monitors/ids"])
def test_an_alerting_monitor_is_in_every_list(caller: TestClient, path: str) -> None:
    found = got(caller, path)

    assert [(each["id"], each["status"]) for each in found["monitors"]] == [(MONITOR, "Alert")]
    assert found["count"] == 1


def test_one_monitor_is_told_with_its_message(caller: TestClient) -> None:
    monitor = got(caller, f"/monitors/{MONITOR}")

    assert (monitor["name"], monitor["overall_state"]) == ("Checkout error rate is high", "Alert")
    assert "@webhook-rayne" in monitor["message"]


@pytest.mark.parametrize(("monitor_id", "status"), [("43", 404), ("abc", 400)])
def test_a_monitor_that_is_not_there_is_an_error(
    caller: TestClient, monitor_id: str, status: int
) -> None:
    assert caller.get(f"/v1/monitors/{monitor_id}").status_code == status


def test_logs_are_searched_in_few_words_oldest_first(caller: TestClient) -> None:
    question = HOUR | {"query": "service:checkout status:error", "limit": 5}

    found = posted(caller, "/logs/search", question)["data"]

    lines = [log["attributes"] for log in found]
    assert len(lines) == 5
    assert {(line["service"], line["status"]) for line in lines} == {("checkout", "error")}
    assert [line["timestamp"] for line in lines] == sorted(line["timestamp"] for line in lines)


def test_logs_are_paged_in_datadogs_own_words(caller: TestClient) -> None:
    search = {"filter": HOUR | {"query": "status:error"}, "sort": "-timestamp"}
    both = posted(caller, "/logs/search/advanced", search | {"page": {"limit": 4}})["data"]

    first = posted(caller, "/logs/search/advanced", search | {"page": {"limit": 2}})
    cursor = first["meta"]["page"]["after"]
    page = {"limit": 2, "cursor": cursor}
    second = posted(caller, "/logs/search/advanced", search | {"page": page})

    assert len(both) == 4
    assert first["data"] + second["data"] == both


@pytest.mark.parametrize("path", ["/logs/search", "/logs/search/advanced"])
def test_no_logs_are_an_empty_list(caller: TestClient, path: str) -> None:
    search = {"query": "service:nowhere"} | HOUR

    found = posted(caller, path, search if path == "/logs/search" else {"filter": search})

    assert found["data"] == []


def test_a_query_that_cannot_be_read_is_the_callers_to_mend(caller: TestClient) -> None:
    reply = caller.post("/v1/logs/search", json=HOUR | {"query": "(("})

    assert (reply.status_code, reply.json()["code"]) == (422, "InvalidInput")
    assert "((" in reply.json()["error"]


def test_a_service_that_was_defined_in_few_words_is_listed(caller: TestClient) -> None:
    words = {"name": "billing", "team": "money", "env": "prod", "apm": True}

    made = posted(caller, "/services/definitions", words)["data"]

    assert made[0]["attributes"]["schema"] == {
        "schema-version": "v2.2",
        "dd-service": "billing",
        "team": "money",
        "type": "web",
        "languages": ["unknown"],
        "tags": ["env:prod", "apm:true"],
    }
    assert made[0] in got(caller, "/services")["data"]


def test_a_definition_in_datadogs_words_replaces_the_one_of_its_name(caller: TestClient) -> None:
    posted(caller, "/services/definitions", {"name": "billing", "team": "money"})
    posted(caller, "/services/definitions/advanced", {"dd-service": "billing", "team": "books"})

    schemas = [each["attributes"]["schema"] for each in got(caller, "/services")["data"]]

    assert [s["team"] for s in schemas if s["dd-service"] == "billing"] == ["books"]
