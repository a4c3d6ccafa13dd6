"""Whatever a route answers has a model, and the model's lists are lists."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.api.front import Front

SCHEMA = Front().app.openapi()
ANSWERS = [
    pytest.param(answer, id=f"{method.upper()} {path} {status}")
    for path, operations in SCHEMA["paths"].items()
    for method, operation in operations.items()
    for status, answer in operation["responses"].items()
    if status.startswith("2") and status != "204"
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_has_a_model(answer: dict[str, Any]) -> None:
    schemas = [content["schema"] for content in answer["content"].values()]

    assert schemas
    assert all({"$ref", "type", "anyOf"} & schema.keys() for schema in schemas)


def test_no_list_may_be_null() -> None:
    assert list(nullable_lists(SCHEMA)) == []


def nullable_lists(schema: Any, at: str = "") -> Iterator[str]:
    if isinstance(schema, dict):
        kinds = {str(choice.get("type")) for choice in schema.get("anyOf", [])}
        if kinds >= {"array", "null"}:
            yield at
        for name, inner in schema.items():
            yield from nullable_lists(inner, f"{at}/{name}")
    if isinstance(schema, list):
        for place, inner in enumerate(schema):
            yield from nullable_lists(inner, f"{at}/{place}")


def test_a_list_that_may_be_null_is_noticed() -> None:
    tags = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]}

    assert list(nullable_lists({"Host": {"tags": tags}})) == ["/Host/tags"]
