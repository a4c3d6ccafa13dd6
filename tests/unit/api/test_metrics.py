"""What is told at the door: what came of deliveries, in which trace, and to whom."""

from dataclasses import replace

import pytest

from adapters.telemetry.exposition import Exposition
from adapters.telemetry.metrics import Metrics
from api.app import create_app
from api.telling import Telling
from domain.errors import Unavailable
from tests.fakes.telemetry import FakeTally, FakeTrail
from tests.unit.api.front import SECRET, TOKEN, Front

ALERT = {"id": "1", "alert_title": "CPU", "alert_transition": "Triggered", "monitor_id": "42"}
RECEIVE = "/v1/webhooks/receive"


class Told:
    """A front that tells whom a test can ask."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.tally, self.trail = FakeTally(), FakeTrail()
        metrics = Exposition(Metrics(part="api", version="1").registry)
        front.resources = replace(
            front.resources,
            telling=Telling(tally=self.tally, trail=self.trail, metrics=metrics),
        )
        app = create_app(front.resources)
        front.app.state.resources = app.state.resources
        front.app.state.telling = app.state.telling


@pytest.fixture
def told(front: Front) -> Told:
    return Told(front)


def test_a_delivery_is_counted_by_what_came_of_it(told: Told) -> None:
    told.front.client.post(RECEIVE, json=ALERT)
    told.front.client.post(RECEIVE, json=ALERT)
    told.front.client.post(RECEIVE, content=b"{oops")
    told.front.state.fails_with = Unavailable("PostgreSQL cannot be reached")
    told.front.client.post(RECEIVE, json=ALERT)

    assert told.tally.counted == {
        "delivery accepted": 1,
        "delivery duplicate": 1,
        "delivery unreadable": 1,
        "delivery failed": 1,
    }


def test_a_delivery_without_the_secret_is_counted_as_refused(told: Told) -> None:
    told.front.expose()

    told.front.client.post(RECEIVE, json=ALERT)
    told.front.client.post(RECEIVE, json=ALERT, headers={"X-Rayne-Webhook-Secret": SECRET})

    assert told.tally.counted == {"delivery refused": 1, "delivery accepted": 1}


def test_a_delivery_is_stored_with_the_trace_it_came_in(told: Told) -> None:
    told.trail.now = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    told.front.client.post(RECEIVE, json=ALERT)

    assert told.front.state.events[0].delivery.traceparent == told.trail.now


def test_a_scrape_is_prometheus_text(told: Told) -> None:
    reply = told.front.client.get("/metrics")

    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "rayne_analyses_limit" in reply.text


def test_strangers_get_no_figures_and_who_has_the_token_does(told: Told) -> None:
    told.front.expose()

    assert told.front.client.get("/metrics").status_code == 401
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert told.front.client.get("/metrics", headers=bearer).status_code == 200
