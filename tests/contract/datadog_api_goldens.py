"""What the routes that ask Datadog answer, through the real client, as callers rely on it.

`python -m scripts.regenerate_goldens` rewrites the files on purpose; read the difference.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from fastapi.testclient import TestClient

from api.datadog_proxy import DatadogProxy
from dd_lib.client import DatadogClient
from tests.contract.datadog_wire import DOWNTIME_ID, datadog
from tests.unit.api.front import Front

ANSWERS = Path(__file__).parent / "payloads" / "datadog_api"
WISH = {"monitor_id": 42, "scope": "env:prod AND service:checkout", "message": "deploying"}
DEFINITION = {"dd-service": "checkout", "team": "shop"}
SEARCH = {"filter": {"query": "service:checkout", "from": "now-1h"}, "page": {"limit": 1}}


class Question(NamedTuple):
    name: str
    method: str
    path: str
    body: Any = None


QUESTIONS = (
    Question("downtimes", "GET", "/downtimes"),
    Question("downtime_created", "POST", "/downtimes", WISH),
    Question("downtime_refused", "POST", "/downtimes", WISH | {"scope": "*"}),
    Question("downtime_cancelled", "DELETE", f"/downtimes/{DOWNTIME_ID}"),
    Question("events", "GET", "/events"),
    Question("events_in_full", "GET", "/events?format=full"),
    Question("hosts", "GET", "/hosts"),
    Question("hosts_active", "GET", "/hosts/active"),
    Question("hosts_tags", "GET", "/hosts/tags"),
    Question("host_tags", "GET", "/hosts/web-1/tags"),
    Question("host_unknown", "GET", "/hosts/web-9/tags"),
    Question("monitors", "GET", "/monitors"),
    Question("monitors_triggered", "GET", "/monitors/triggered"),
    Question("monitors_ids", "GET", "/monitors/ids"),
    Question("monitors_pages", "GET", "/monitors/pages"),
    Question("monitor", "GET", "/monitors/42"),
    Question("monitor_unknown", "GET", "/monitors/43"),
    Question("logs", "POST", "/logs/search", {"from": "now-1h", "to": "now"}),
    Question("logs_advanced", "POST", "/logs/search/advanced", SEARCH),
    Question("services", "GET", "/services"),
    Question("service_defined", "POST", "/services/definitions", {"name": "checkout"}),
    Question("service_defined_in_full", "POST", "/services/definitions/advanced", DEFINITION),
    Question("action_not_offered", "POST", "/pl/refresh/restart"),
    Question("action_by_get", "GET", "/pl/refresh/restart"),
)


def answers() -> dict[str, dict[str, Any]]:
    """Each question's status and body, by its name."""
    with calling(httpx.MockTransport(datadog)) as caller:
        return {question.name: _ask(caller, question) for question in QUESTIONS}


@contextmanager
def calling(network: httpx.AsyncBaseTransport) -> Iterator[TestClient]:
    """Calls our API, which asks a Datadog over `network`."""
    front = Front()
    client = DatadogClient.connect(
        api_url="https://api.datadog.test",
        api_key="the-api-key",
        app_key="the-app-key",
        transport=network,
    )
    front.app.state.resources = replace(front.resources, datadog=DatadogProxy(client))
    with TestClient(front.app, base_url="http://localhost", client=("127.0.0.1", 50000)) as caller:
        yield caller


def golden_file(name: str) -> Path:
    return ANSWERS / f"{name}.json"


def _ask(caller: TestClient, question: Question) -> dict[str, Any]:
    reply = caller.request(question.method, f"/v1{question.path}", json=question.body)
    return {"status": reply.status_code, "body": reply.json() if reply.content else None}
