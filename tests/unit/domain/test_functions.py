"""What is read from a submitted function before anything of it runs."""

import pytest

from domain.errors import InvalidInput
from domain.functions import MAX_CODE, read_signature

GOOD = '''
def count_errors(service: str, limit: int = 10, *, tags: list[str] = []) -> int:
    """Count the errors
    of a service."""
    return 1
'''


def test_parameters_become_a_closed_json_schema() -> None:
    signature = read_signature("count_errors", GOOD)

    assert signature.description == "Count the errors of a service."
    assert signature.parameters == {
        "type": "object",
        "properties": {
            "service": {"type": "string"},
            "limit": {"type": "integer", "default": 10},
            "tags": {"type": "array", "items": {"type": "string"}, "default": []},
        },
        "required": ["service"],
        "additionalProperties": False,
    }


def test_helpers_beside_the_function_are_allowed() -> None:
    code = "LIMIT = 3\n\ndef _double(n: int) -> int:\n    return n * 2\n" + GOOD

    assert read_signature("count_errors", code).name == "count_errors"


@pytest.mark.parametrize(
    "name", ["", "ab", "Count", "../../evil", "a b", "count-errors", "x" * 51, "1abc", "a.b"]
)
def test_a_name_that_is_no_plain_word_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="module_name"):
        read_signature(name, GOOD)


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("def count_errors(:", "line 1"),
        ("x = 1", "must define one function"),
        (GOOD + GOOD, "must define one function"),
        (GOOD.replace("def count", "async def count"), "must define one function"),
        ("def count_errors():\n    return 1\n", "docstring"),
        (GOOD.replace("service: str", "service"), "service must be annotated"),
        (GOOD.replace("service: str", "service: object"), "service must be annotated"),
        (GOOD.replace("= 10", "= print()"), "default of limit"),
        (GOOD.replace("*, tags", "*rest: str, tags"), "name its parameters"),
        (GOOD.replace("*, tags: list[str] = []", "**rest: str"), "name its parameters"),
        ("x" * (MAX_CODE + 1), "longer than"),
        ("(" * 5_000, "does not compile"),
        ("\x00", "does not compile"),
    ],
)
def test_what_is_wrong_is_named(code: str, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        read_signature("count_errors", code)
