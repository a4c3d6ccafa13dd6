"""Whatever asks Datadog hands its errors down, and serves nobody who may not ask."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import KeyRefused, NotFound, RateLimited, RayneError, TimedOut, UnexpectedReply
from tests.unit.api.front import Front

FROM_TO = {"from": "now-1h", "to": "now"}
DOWNTIME: dict[str, Any] = {"monitor_id": 42, "scope": "env:prod"}
DEFINITION = {"dd-service": "checkout"}

# Every route that asks Datadog.
CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/v1/downtimes", None),
    ("POST", "/v1/downtimes", DOWNTIME),
    ("DELETE", "/v1/downtimes/00000000-0000-0000-0000-000000000007", None),
    ("GET", "/v1/events", None),
    ("GET", "/v1/hosts", None),
    ("GET", "/v1/hosts/active", None),
    ("GET", "/v1/hosts/tags", None),
    ("GET", "/v1/hosts/web-1/tags", None),
    ("GET", "/v1/monitors", None),
    ("GET", "/v1/monitors/triggered", None),
    ("GET", "/v1/monitors/ids", None),
    ("GET", "/v1/monitors/pages", None),
    ("GET", "/v1/monitors/42", None),
    ("POST", "/v1/logs/search", FROM_TO),
    ("POST", "/v1/logs/search/advanced", {}),
    ("GET", "/v1/services", None),
    ("POST", "/v1/services/definitions", {"name": "checkout"}),
    ("POST", "/v1/services/definitions/advanced", DEFINITION),
]

every_route = pytest.mark.parametrize(
    ("method", "path", "body"), CALLS, ids=[f"{method} {path}" for method, path, _ in CALLS]
)


@every_route
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RateLimited("slow down", retry_after=timedelta(seconds=7)), 503),
        (KeyRefused("DD_API_KEY or DD_APP_KEY is wrong"), 502),
        (UnexpectedReply("no agreed shape"), 502),
        (TimedOut("no answer"), 504),
        (NotFound("not there"), 404),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_never_an_empty_answer(
    front: Front, method: str, path: str, body: Any, error: RayneError, status: int
) -> None:
    front.datadog.fails_with = error

    reply = front.client.request(method, path, json=body)

    assert reply.status_code == status
    assert reply.json() == {"error": str(error), "code": type(error).__name__}
    assert reply.headers.get("retry-after") == ("7" if isinstance(error, RateLimited) else None)


@every_route
def test_none_of_it_is_for_strangers(front: Front, method: str, path: str, body: Any) -> None:
    front.expose()

    assert front.client.request(method, path, json=body).status_code == 401


@every_route
def test_without_keys_the_answer_names_their_variables(
    keyless: Front, method: str, path: str, body: Any
) -> None:
    reply = keyless.client.request(method, path, json=body)

    assert (reply.status_code, reply.json()["code"]) == (501, "NotOffered")
    assert "DD_API_KEY" in reply.json()["error"]
