"""What the webhook endpoints answer, as their callers have come to rely on it.

`python -m scripts.regenerate_goldens` rewrites the files on purpose; read the difference.
"""

from pathlib import Path
from typing import Any, NamedTuple

from fastapi.testclient import TestClient

from tests.unit.api.front import Front

ANSWERS = Path(__file__).parent / "payloads" / "webhook_api"
RECEIVER = "https://rayne.test/v1/webhooks/receive"
ALERT = {
    "id": "8273645546372819001",
    "monitor_id": "42",
    "alert_title": "[Triggered on {service:checkout}] Error rate is high",
    "alert_transition": "Triggered",
    "scope": "env:prod,service:checkout",
    "tags": "env:prod,service:checkout,team:shop",
    "date": "1767355200000",
}
CONFIG = {
    "name": "checkout",
    "url": RECEIVER,
    "forward_urls": ["https://chat.test/hook"],
    "auto_downtime": True,
    "monitor_ids": [42],
    "tags": ["team:shop"],
    "transitions": ["Triggered", "No Data"],
}


class Question(NamedTuple):
    name: str
    method: str
    path: str
    body: Any = None


# In this order, for later answers tell of earlier questions.
QUESTIONS = (
    Question("receive", "POST", "/receive", ALERT),
    Question("receive_again", "POST", "/receive", ALERT),
    Question("receive_nonsense", "POST", "/receive", "nonsense"),
    Question("events", "GET", "/events"),
    Question("monitor_history", "GET", "/monitor/42"),
    Question("stats", "GET", "/stats"),
    Question("processors", "GET", "/processors"),
    Question("reprocess", "POST", "/reprocess"),
    Question("config_created", "POST", "/config", CONFIG),
    Question("config_replaced", "POST", "/config", CONFIG | {"active": False}),
    Question("config_refused", "POST", "/config", CONFIG | {"url": "nowhere", "monitor_id": 42}),
    Question("config_one", "GET", "/config/checkout"),
    Question("config_active_list", "GET", "/config"),
    Question("config_whole_list", "GET", "/config?all=true"),
    Question("config_deleted", "DELETE", "/config/checkout"),
    Question("config_unknown", "GET", "/config/checkout"),
    Question("webhook_created", "POST", "/create", {"name": "rayne", "url": RECEIVER}),
    Question("webhook_changed", "POST", "/create", {"name": "rayne", "url": RECEIVER}),
    Question("webhook_refused", "POST", "/create", {"name": "rayne"}),
)


def answers() -> dict[str, dict[str, Any]]:
    """Each question's status and body, by its name."""
    front = Front()
    client = TestClient(front.app, base_url="http://localhost", client=("127.0.0.1", 50000))
    return {question.name: _ask(client, question) for question in QUESTIONS}


def golden_file(name: str) -> Path:
    return ANSWERS / f"{name}.json"


def _ask(client: TestClient, question: Question) -> dict[str, Any]:
    reply = client.request(question.method, f"/v1/webhooks{question.path}", json=question.body)
    return {"status": reply.status_code, "body": reply.json() if reply.content else None}
