"""Whatever the sandbox is asked, sense or nonsense, it answers as Datadog describes it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import content_type_conformance
from schemathesis.specs.openapi.schemas import OpenApiSchema
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.conformance.cutting import closed
from tests.conformance.operations import OPERATIONS
from tests.conformance.oracle import Oracle
from tests.conformance.specification import Specification
from tests.contract.parity.writes import VARIABLE_BODY, WEBHOOK_BODY
from tests.servers.sandbox import (
    KEYS,
    a_cell,
    a_downtime_body,
    a_notebook_body,
    a_sandbox,
    asking,
)

Operation = APIOperation[Any, Any, Any, Any]  # generic in what no test tells apart
Asked = Case[Operation]

COST = 8  # a request costs as much as that many examples of other properties
CHECKS = [not_a_server_error, content_type_conformance]
INTEGRATION = "/api/v1/integration/webhooks/configuration"
MADE: dict[str, object] = {
    "/api/v1/notebooks": a_notebook_body(a_cell()),
    "/api/v2/downtime": a_downtime_body(),
    f"{INTEGRATION}/webhooks": WEBHOOK_BODY,
    f"{INTEGRATION}/custom-variables": VARIABLE_BODY,
}
KNOWN: dict[str, object] = {
    "monitor_id": 14205511,
    "host_name": "checkout-7d9f-a",
    "service_name": "checkout",
    "notebook_id": 1001,
    "webhook_name": WEBHOOK_BODY["name"],
    "custom_variable_name": VARIABLE_BODY["name"],
}

# These keep what they are given and answer it. The sandbox looks into no graph and no contact: what
# it takes there against the description, it answers against the description.
KEEPING = (
    ("post", "/api/v1/notebooks"),
    ("put", "/api/v1/notebooks/{notebook_id}"),
    ("post", "/api/v2/services/definitions"),
)
EVERY = [operation for operations in OPERATIONS.values() for operation in operations]


@pytest.fixture(scope="module")
async def described(datadog_specification: Specification) -> Mapping[str, OpenApiSchema]:
    """By version, and each in front of the same sandbox, in which there is something to find."""
    sandbox = a_sandbox()
    async with asking(sandbox) as client:
        for scenario in (await client.get("/sandbox/scenarios")).json():
            await client.post(f"/sandbox/scenarios/{scenario['name']}/load")
        for path, body in MADE.items():
            made = await client.post(path, json=body)
            assert made.is_success, made.text
    return {
        version: in_front_of(sandbox, schemathesis.openapi.from_dict(closed(document)))
        for version, document in datadog_specification.documents.items()
    }


def in_front_of(sandbox: ASGIApp, schema: OpenApiSchema) -> OpenApiSchema:
    async def without_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        """A sandbox that lived would send webhooks to addresses that were made up."""
        assert scope["type"] == "http"
        await sandbox(scope, receive, send)

    schema.app = without_lifespan
    return schema


def cases_of(operation: Operation, known: tuple[str, str]) -> st.SearchStrategy[Asked]:
    names = {name for name in KNOWN if f"{{{name}}}" in known[1]}
    found = operation.as_strategy(path_parameters={name: KNOWN[name] for name in names})
    return found | operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE)


def is_kept_nonsense(known: tuple[str, str], case: Asked, status: int) -> bool:
    is_sense = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    return known in KEEPING and status < 300 and not is_sense


@pytest.mark.parametrize("known", EVERY, ids=" ".join)
def test_anything_is_answered_as_described(
    known: tuple[str, str],
    described: Mapping[str, OpenApiSchema],
    oracle: Oracle,
    figures: Counter[str],
) -> None:
    method, path = known
    operation = described[path.split("/")[2]][path][method.upper()]

    @settings(
        max_examples=settings().max_examples // COST,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases_of(operation, known))
    def answers_as_described(case: Asked) -> None:
        answer = case.call(headers=KEYS)

        case.validate_response(answer, checks=CHECKS)
        violations = oracle.response_violations(
            method, case.formatted_path, answer.status_code, answer.content
        )
        if not is_kept_nonsense(known, case, answer.status_code):
            assert violations == [], case.as_curl_command()
        figures["requests made up by schemathesis, answered as described"] += 1

    answers_as_described()
