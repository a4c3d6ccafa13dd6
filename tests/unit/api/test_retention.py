"""Retention over HTTP."""

from domain.errors import Unavailable
from domain.retention import Kind
from tests.unit.api.front import Front


def test_a_dry_run_says_what_would_go(front: Front) -> None:
    front.retention.batches = {Kind.RUM: [5]}

    kinds = front.client.get("/v1/retention").json()["kinds"]

    assert {kind["kind"]: kind["rows"] for kind in kinds} == {
        "deliveries": 0,
        "evidence": 0,
        "rum": 5,
        "audit": 0,
    }
    assert front.runs.retentions == 0


def test_it_can_be_run_now(front: Front) -> None:
    reply = front.client.post("/v1/retention")

    assert (reply.status_code, reply.json()) == (202, {"workflow_id": "retention"})
    assert front.runs.retentions == 1


def test_without_temporal_it_says_so(front: Front) -> None:
    front.runs.fails_with = Unavailable("Temporal cannot be reached")

    assert front.client.post("/v1/retention").status_code == 503
