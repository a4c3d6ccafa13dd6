"""Requests are counted by what the app has, whatever strangers ask for."""

from typing import Any

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from opentelemetry.trace import StatusCode
from prometheus_client import generate_latest

from adapters.telemetry.metrics import Metrics
from adapters.telemetry.request_watch import RequestWatch
from api.guarded import GuardedApp
from api.telling import Telling
from tests.unit.adapters.telemetry.spans import SENDERS, Traced, parent


class Watched:
    """An app of two routes under a watch."""

    def __init__(self, traced: Traced | None = None) -> None:
        self.metrics = Metrics(part="test", version="1")
        self.app: FastAPI = GuardedApp()
        watch = RequestWatch(self.metrics, traced.tracer if traced else None)
        self.app.state.telling = Telling(requests=watch)
        self.app.get("/things/{thing_id}")(_thing)
        self.app.get("/health/live")(_live)
        self.client = TestClient(self.app, raise_server_exceptions=False)

    def count(self, **labels: str) -> float:
        told = ",".join(f'{name}="{labels[name]}"' for name in sorted(labels))
        for line in generate_latest(self.metrics.registry).decode().splitlines():
            if line.startswith(f"rayne_http_requests_total{{{told}}}"):
                return float(line.split()[-1])
        return 0


async def _thing(thing_id: int) -> dict[str, Any]:
    if thing_id == 404:
        raise HTTPException(404)
    if thing_id == 500:
        raise ValueError("the customer's words")
    return {}


async def _live() -> dict[str, Any]:
    return {}


@pytest.mark.parametrize(
    ("thing", "status"), [("1", "200"), ("404", "404"), ("500", "500"), ("x", "422")]
)
def test_a_request_is_counted_by_its_route_and_status(thing: str, status: str) -> None:
    watched = Watched()

    watched.client.get(f"/things/{thing}")

    assert watched.count(method="GET", route="/things/{thing_id}", status=status) == 1


def test_paths_and_methods_that_strangers_invent_are_counted_as_one() -> None:
    watched = Watched()

    for number in range(3):
        watched.client.get(f"/nothing/{number}")
        watched.client.request(f"BREW{number}", "/things/1")

    assert watched.count(method="GET", route="unknown", status="404") == 3
    assert watched.count(method="unknown", route="/things/{thing_id}", status="405") == 3


def test_what_is_too_large_to_be_read_is_counted_too() -> None:
    watched = Watched()

    watched.client.post("/things/1", headers={"Content-Length": "999999999"})

    assert watched.count(method="POST", route="unknown", status="413") == 1


def test_a_request_is_a_span_named_by_its_route() -> None:
    traced = Traced()

    Watched(traced).client.get("/things/1?q=secret")

    (span,) = traced.spans
    assert span.name == "GET /things/{thing_id}"
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/things/{thing_id}",
        "http.response.status_code": 200,
    }


def test_it_goes_on_a_trace_that_its_caller_began() -> None:
    traced = Traced()

    Watched(traced).client.get("/things/1", headers={"traceparent": SENDERS})

    assert parent(traced.spans[0]) == SENDERS


def test_a_defect_is_a_failed_span_without_its_words() -> None:
    traced = Traced()

    Watched(traced).client.get("/things/500")

    (span,) = traced.spans
    assert span.status.status_code is StatusCode.ERROR
    assert "words" not in span.to_json()


def test_machines_that_look_every_second_are_counted_and_not_traced() -> None:
    traced = Traced()
    watched = Watched(traced)

    watched.client.get("/health/live")

    assert traced.spans == []
    assert watched.count(method="GET", route="/health/live", status="200") == 1
