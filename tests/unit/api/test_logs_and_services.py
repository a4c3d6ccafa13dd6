"""Logs and services passed on, in few words or in Datadog's own."""

from typing import Any

import pytest

from api.datadog_port import Found
from dd_lib.log_pages import LogQuestion
from tests.unit.api.front import Front

FROM_TO = {"from": "now-1h", "to": "now"}


def test_a_short_search_for_logs_means_the_main_index_oldest_first(front: Front) -> None:
    front.client.post("/v1/logs/search", json=FROM_TO | {"limit": 5000})

    (question,) = front.datadog.log_searches
    assert question == LogQuestion(
        query="*", start="now-1h", end="now", indexes=("main",), sort="timestamp", limit=1000
    )


@pytest.mark.parametrize("body", [{}, {"from": "now-1h"}, FROM_TO | {"limit": 0}])
def test_a_search_for_logs_without_times_is_refused(front: Front, body: dict[str, Any]) -> None:
    assert front.client.post("/v1/logs/search", json=body).status_code == 422


def test_a_long_search_for_logs_goes_up_as_it_is(front: Front) -> None:
    front.client.post(
        "/v1/logs/search/advanced",
        json={
            "filter": {"query": "a:b", "indexes": ["web"], "from": "1", "to": "2"},
            "sort": "-timestamp",
            "page": {"limit": 7, "cursor": "next"},
        },
    )

    (question,) = front.datadog.log_searches
    assert question == LogQuestion(
        query="a:b",
        start="1",
        end="2",
        indexes=("web",),
        sort="-timestamp",
        limit=7,
        cursor="next",
    )


@pytest.mark.parametrize(
    "body", [{"sort": "host"}, {"page": {"limit": 1001}}, {"filter": {"storage": "flex"}}]
)
def test_what_a_long_search_would_drop_is_refused(front: Front, body: dict[str, Any]) -> None:
    assert front.client.post("/v1/logs/search/advanced", json=body).status_code == 422


def test_logs_keep_datadogs_own_shape(front: Front) -> None:
    front.datadog.found = Found(data=[{"id": "a", "type": "log"}], meta={"status": "done"})

    found = front.client.post("/v1/logs/search", json=FROM_TO).json()

    assert found == {
        "data": [{"id": "a", "type": "log"}],
        "links": {},
        "meta": {"status": "done"},
    }


def test_no_services_are_an_empty_list(front: Front) -> None:
    assert front.client.get("/v1/services").json() == {"data": []}


def test_a_service_in_few_words_is_a_definition_with_tags(front: Front) -> None:
    reply = front.client.post(
        "/v1/services/definitions",
        json={"name": "checkout", "team": "shop", "env": "prod", "apm": True, "rum": False},
    )

    assert reply.json()["data"][0]["attributes"]["schema"] == {
        "schema-version": "v2.2",
        "dd-service": "checkout",
        "type": "web",
        "languages": ["unknown"],
        "tags": ["env:prod", "apm:true", "rum:false"],
        "team": "shop",
    }


def test_a_whole_definition_goes_up_as_it_is(front: Front) -> None:
    reply = front.client.post(
        "/v1/services/definitions/advanced",
        json={"dd-service": "checkout", "schema-version": "v2.1", "links": []},
    )

    assert reply.json()["data"][0]["attributes"]["schema"] == {
        "dd-service": "checkout",
        "schema-version": "v2.1",
        "links": [],
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("definitions", {}),
        ("definitions", {"name": ""}),
        ("definitions/advanced", {"name": "checkout"}),
        ("definitions/advanced", {"dd-service": 7}),
        ("definitions/advanced", []),
    ],
)
def test_a_definition_must_name_its_service(front: Front, path: str, body: Any) -> None:
    assert front.client.post(f"/v1/services/{path}", json=body).status_code == 422
    assert front.datadog.definitions == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_does_not_say_that_it_is_json_is_told_how_to(front: Front, kind: str) -> None:
    body = '{"from": "now-1h", "to": "now"}'

    reply = front.client.post("/v1/logs/search", content=body, headers={"Content-Type": kind})

    assert reply.status_code == 422
    assert "Content-Type: application/json" in reply.json()["error"]


def test_names_in_any_case_and_nulls_are_read_as_ever(front: Front) -> None:
    body = {"Query": "service:checkout", "FROM": "now-1h", "to": "now", "limit": None}

    front.client.post("/v1/logs/search", json=body)

    (question,) = front.datadog.log_searches
    assert (question.query, question.start, question.limit) == ("service:checkout", "now-1h", 50)
