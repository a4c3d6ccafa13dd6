"""Values as JSONB takes them, whatever characters and numbers they hold."""

import json

import pytest
from pydantic import JsonValue

from adapters.postgres.documents import json_document


def stored(value: JsonValue) -> JsonValue:
    document = json_document(value)
    assert document.dumps
    taken: JsonValue = json.loads(document.dumps(document.obj))
    return taken


@pytest.mark.parametrize("value", [{"a": [1, None, "\u00e9 \U0001f600"]}, ["Infinity"], "\\u0000"])
def test_what_postgres_takes_is_stored_as_it_is(value: JsonValue) -> None:
    assert stored(value) == value


def test_characters_that_postgres_refuses_are_marked_in_names_and_values() -> None:
    assert stored({"a\x00": ["\ud800b", {"c": "\x00"}]}) == {
        "a\ufffd": ["\ufffdb", {"c": "\ufffd"}]
    }


def test_numbers_that_json_does_not_know_are_kept_as_words() -> None:
    value: JsonValue = {"value": float("nan"), "most": float("inf"), "big": 10**40}

    assert stored(value) == {"value": "nan", "most": "inf", "big": 10**40}
