"""Every request that `dd_lib` can make is one that Datadog describes."""

import json
from typing import Any

import httpx
import pytest

from tests.conformance.oracle import Oracle
from tests.contract.asking_datadog import Exchange, Subjects, ask_everything
from tests.factories import (
    a_datadog_event,
    a_host,
    a_log_line,
    a_monitor,
    a_series,
    a_window,
)
from tests.servers.datadog import DatadogServer

KEYS = ("DD-API-KEY", "DD-APPLICATION-KEY", "Content-Type")
SEARCH = "/api/v2/logs/events/search"
NOTEBOOKS = "/api/v1/notebooks"
TIMESERIES = "/api/v2/query/timeseries"


async def everything_asked() -> list[Exchange]:
    server = DatadogServer(
        logs=[a_log_line(), a_log_line(), a_log_line()],
        events=[a_datadog_event(), a_datadog_event(), a_datadog_event()],
        hosts=[a_host(name=name) for name in ("web-10", "web-11", "web-1")],
        monitors=[a_monitor(monitor_id=42)],
        series=[a_series([1.0, 2.0], scope="host:a", unit="byte")],
    )
    subjects = Subjects(a_window(), host="web-1", monitor_id=42, metric=a_series([]).query)
    return await ask_everything(httpx.MockTransport(server), subjects)


async def test_every_request_is_one_that_datadog_describes(oracle: Oracle) -> None:
    exchanges = await everything_asked()

    violations = {exchange.name: exchange.request_violations(oracle) for exchange in exchanges}

    assert not any(violations.values()), violations
    assert len(exchanges) == 13  # two pages of each search


async def test_the_stand_in_answers_as_datadog_describes(oracle: Oracle) -> None:
    exchanges = await everything_asked()

    violations = {exchange.name: exchange.answer_violations(oracle) for exchange in exchanges}

    assert not any(violations.values()), violations


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param(SEARCH, {"page": {"limit": 1001}}, id="page too long"),
        pytest.param(SEARCH, {"filter": {"querry": "*"}}, id="attribute misspelt"),
        pytest.param(SEARCH, {"sort": "asc"}, id="order unknown"),
        pytest.param(TIMESERIES, {"data": {"type": "timeseries"}}, id="type unknown"),
        pytest.param(NOTEBOOKS, {"name": "x", "cells": []}, id="envelope missing"),
    ],
)
def test_a_bad_body_is_caught(oracle: Oracle, path: str, body: dict[str, Any]) -> None:
    violations = oracle.violations("POST", path, [], KEYS, json.dumps(body).encode())

    assert violations


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": "x" * 81}, "too long"),
        ({"cells": [{"type": "markdown", "attributes": {}}]}, "notebook_cells"),
        ({"time": {"start": "yesterday", "end": "2026-01-02T00:00:00Z"}}, "date-time"),
        ({"time": {"live_span": "2h"}}, "2h"),
        ({"tags": ["a:b"]}, "tags"),
        ({"status": "draft"}, "draft"),
    ],
)
def test_a_bad_notebook_is_caught(oracle: Oracle, change: dict[str, Any], complaint: str) -> None:
    attributes = {"name": "x", "cells": [], "time": {"live_span": "1h"}} | change
    body = {"data": {"type": "notebooks", "attributes": attributes}}

    violations = oracle.violations("POST", NOTEBOOKS, [], KEYS, json.dumps(body).encode())

    assert complaint in "\n".join(violations)


@pytest.mark.parametrize(
    ("path", "query", "complaint"),
    [
        ("/api/v1/hosts", [("cuont", "5")], "cuont is unknown"),
        ("/api/v1/hosts", [("count", "five")], "count"),
        ("/api/v1/hosts", [("api_key", "k")], "api_key is unknown"),
        ("/api/v1/monitor/abc", [], "monitor_id"),
        ("/api/v1/host/web-1/mute", [], "none of the operations in use"),
        ("/api/v3/hosts", [], "none of the operations in use"),
        ("/api/v2/logs/events", [("filter[indexes]", "a"), ("filter[indexes]", "b")], "commas"),
    ],
)
def test_a_bad_address_is_caught(
    oracle: Oracle, path: str, query: list[tuple[str, str]], complaint: str
) -> None:
    violations = oracle.violations("GET", path, query, KEYS, None)

    assert complaint in "\n".join(violations)


def test_a_request_without_keys_is_caught(oracle: Oracle) -> None:
    violations = oracle.violations("GET", "/api/v1/hosts", [], ["DD-API-KEY"], None)

    assert violations == ["headers dd-api-key and dd-application-key are missing"]


def test_a_body_where_none_belongs_is_caught(oracle: Oracle) -> None:
    violations = oracle.violations("GET", "/api/v1/hosts", [], KEYS, b"{}")

    assert violations == ["there is a body where none belongs"]


def test_a_literal_path_is_no_templates_value(oracle: Oracle) -> None:
    violations = oracle.violations("GET", "/api/v1/monitor/search", [("query", "x")], KEYS, None)

    assert violations == []


def test_an_undescribed_attribute_in_an_answer_is_caught(oracle: Oracle) -> None:
    body = b'{"status": "ok", "since": 5}'

    violations = oracle.response_violations("GET", "/api/v2/validate_keys", 200, body)

    assert "since" in "\n".join(violations)


def test_an_undescribed_status_is_caught(oracle: Oracle) -> None:
    violations = oracle.response_violations("GET", "/api/v2/validate_keys", 418, b"{}")

    assert violations == ["GET /api/v2/validate_keys never answers 418"]


def test_requests_that_the_real_datadog_took_pass(
    oracle: Oracle, recordings: list[dict[str, Any]]
) -> None:
    """Otherwise a closed world would be a wrong one."""
    taken = [
        recording["request"]
        for recording in recordings
        if recording["response"]["status"] < 300
        and oracle.knows(recording["request"]["method"], recording["request"]["path"])
    ]

    violations = [found for request in taken if (found := _recorded_violations(oracle, request))]

    assert violations == []
    assert len(taken) > 50


def _recorded_violations(oracle: Oracle, request: dict[str, Any]) -> list[str]:
    body = request["body"]
    content = json.dumps(body["value"]).encode() if body["type"] == "json" else None
    query = [(name, value) for name, value in request["query"]]
    return oracle.violations(request["method"], request["path"], query, KEYS, content)
