"""The first Rayne's clients find here what they relied on there."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from tests.contract.datadog_api_goldens import calling
from tests.contract.original_calls import CALLS, MONITOR, Call
from tests.factories import NOON
from tests.servers.sandbox import a_sandbox


@pytest.fixture(scope="module")
def answers() -> list[tuple[int, Any]]:
    """Of every call, made in order to one Rayne over a sandbox: status and body."""
    sandbox = a_sandbox()
    with TestClient(sandbox) as levers:
        levers.post("/sandbox/scenarios/bad-deploy/load", json={"at": NOON.isoformat()})
    with calling(httpx.ASGITransport(sandbox)) as caller:
        caller.post("/v1/downtimes", json={"monitor_id": MONITOR, "scope": "service:checkout"})
        return [_answer(caller, call) for call in CALLS]


def _answer(caller: TestClient, call: Call) -> tuple[int, Any]:
    reply = caller.request(call.method, call.path, json=call.body)
    return reply.status_code, reply.json()


@pytest.mark.parametrize(
    ("number", "call"), list(enumerate(CALLS)), ids=[f"{call.name} {call.status}" for call in CALLS]
)
def test_a_call_is_answered_as_ever(
    number: int, call: Call, answers: list[tuple[int, Any]]
) -> None:
    status, body = answers[number]

    assert status == call.status, body
    assert list(differences(body, call.fields)) == []


def differences(found: Any, wanted: Any, at: str = "") -> Iterator[str]:
    """What of `wanted` is not in `found`. An empty list holds nothing, so it is never enough."""
    if isinstance(wanted, dict):
        yield from _missing_fields(found, wanted, at)
    elif isinstance(wanted, list):
        if not isinstance(found, list) or not found:
            yield f"{at}: {found!r} is no list with items"
            return
        for place, item in enumerate(found):
            yield from differences(item, wanted[0], f"{at}[{place}]")
    elif isinstance(wanted, type):
        if type(found) is not wanted:
            yield f"{at}: {found!r} is no {wanted.__name__}"
    elif found != wanted:
        yield f"{at}: {found!r} is not {wanted!r}"


def _missing_fields(found: Any, wanted: dict[str, Any], at: str) -> Iterator[str]:
    if not isinstance(found, dict):
        yield f"{at}: {found!r} is no object"
        return
    for name, inner in wanted.items():
        if name in found:
            yield from differences(found[name], inner, f"{at}.{name}")
        else:
            yield f"{at}.{name} is missing"


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ({"a": 1}, {"b": int}),
        ({"a": "1"}, {"a": int}),
        ({"a": True}, {"a": int}),
        ([], [str]),
        (None, [str]),
        ([{"a": 1}, {}], [{"a": int}]),
        ("Alert", "OK"),
    ],
)
def test_what_is_missing_is_noticed(found: Any, wanted: Any) -> None:
    assert len(list(differences(found, wanted))) == 1
