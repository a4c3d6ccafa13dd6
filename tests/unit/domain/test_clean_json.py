"""An answer in JSON loses its secrets and keeps its shape."""

import json

import pytest

from domain.clean import clean_json

KEY = "AKIAIOSFODNN7EXAMPLE"


def cleaned(value: object) -> object:
    return json.loads(clean_json(json.dumps(value)))


def test_what_holds_no_secret_stays_as_it_is() -> None:
    value = {"count": 2, "logs": [{"message": "pool exhausted", "trace": None}], "partial": ""}

    assert cleaned(value) == value


@pytest.mark.parametrize(
    "value",
    [
        {"message": f"denied for {KEY}"},
        {"logs": [{"attributes": {"note": KEY}}]},
        [KEY],
        KEY,
        {KEY: 1},
    ],
)
def test_a_secret_is_found_at_any_depth(value: object) -> None:
    assert KEY not in json.dumps(cleaned(value))


def test_a_secret_is_known_by_its_name() -> None:
    assert cleaned({"password": "tiger", "user": "ann"}) == {
        "password": "[redacted]",
        "user": "ann",
    }


def test_one_secret_does_not_hide_what_stands_beside_it() -> None:
    value = {"logs": ["cookie: session=abc", "pool exhausted"]}

    assert "pool exhausted" in json.dumps(cleaned(value))


def test_what_is_no_json_is_redacted_as_text() -> None:
    assert KEY not in clean_json(f"{{ not json {KEY}")
