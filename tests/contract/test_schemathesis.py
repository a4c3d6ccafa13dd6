"""Our own description of the API, tried with whatever it allows.

Requests are made up from the OpenAPI documents of both apps, with credentials and without. None
may break anything, and no answer may hold a secret or a piece of a trace.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import DataObject, data
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from api.refusals import Refusals
from tests.unit.api.agent import Agent
from tests.unit.api.callers import PASSWORD, SHARED, Headers
from tests.unit.api.front import SECRET, TOKEN, Front

Operation = APIOperation[Any, Any, Any, Any]

EXAMPLES = 8  # of each operation and caller
MADE_TO_FAIL = {"/v1/demo/error"}
WAITING = {"wait"}  # parameters that only cost time
SECRETS = ("Traceback", 'File "', "$argon2", SECRET, TOKEN, PASSWORD)


def exposed(front: Front) -> Front:
    front.expose()
    front.resources = replace(front.resources, refusals=Refusals(most=1_000_000))
    front.app.state.resources = front.resources
    return front


def operations(front: Front) -> Iterator[Operation]:
    schema = schemathesis.openapi.from_asgi("/openapi.json", front.app)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), f"our description of the API is wrong: {result}"
        operation = result.ok()
        if operation.path not in MADE_TO_FAIL:
            yield operation


@pytest.mark.parametrize("build", [Front, Agent])
@pytest.mark.parametrize("headers", [{}, SHARED], ids=["nobody", "admin"])
def test_no_request_breaks_anything_or_learns_a_secret(
    build: type[Front], headers: Headers
) -> None:
    front = exposed(build())
    tried = 0

    for operation in operations(front):
        tried += 1
        try_out(operation, headers)

    assert tried > 5


def try_out(operation: Operation, headers: Headers) -> None:
    @given(data())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def hold(drawn: DataObject) -> None:
        case = drawn.draw(operation.as_strategy())
        for name in WAITING & set(case.query or {}):
            del case.query[name]
        reply = case.call(headers=headers)
        shown = f"{case.method} {case.formatted_path}: {reply.status_code} {reply.text}"
        assert reply.status_code < 500 or reply.status_code in (501, 503, 504), shown
        assert not [secret for secret in SECRETS if secret in shown], shown

    hold()
