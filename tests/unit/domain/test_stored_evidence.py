"""Long evidence comes a page at a time, and nothing of it is out of reach."""

import re
from collections.abc import Mapping

import pytest
from pydantic import JsonValue

from domain.errors import InvalidInput, NotFound, RayneError
from domain.stored_evidence import PAGE, fetch, page
from tests.factories import an_item

LONG = "".join(f"line {number}\n" for number in range(4000))


def test_a_short_item_is_shown_whole() -> None:
    assert page(an_item(text="pool exhausted")) == "pool exhausted"


def test_a_long_item_says_how_much_was_left_out_and_how_to_get_it() -> None:
    shown = page(an_item(id="tool-1-1", text="x" * (PAGE + 1500)))

    assert shown.endswith(
        f"[cut: 1,500 more characters; fetch_evidence with id 'tool-1-1' and offset {PAGE} "
        "reads on]"
    )


def test_following_the_offsets_reads_the_whole_item() -> None:
    item, read, offset = an_item(text=LONG), "", 0

    while True:
        shown = fetch([item], {"id": "log-1", "offset": offset})
        text, cut, note = shown.partition("\n[cut: ")
        read += text
        if not cut:
            break
        following = re.search(r"offset (\d+)", note)
        assert following
        offset = int(following[1])

    assert read == LONG


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"id": "log-2"}, NotFound),
        ({}, InvalidInput),
        ({"id": "log-1", "offset": -1}, InvalidInput),
        ({"id": "log-1", "offset": "all"}, InvalidInput),
        ({"id": "log-1", "offset": 10_000}, InvalidInput),
        ({"id": "log-1", "path": "/etc/passwd"}, InvalidInput),
    ],
)
def test_a_wrong_question_is_refused(
    arguments: Mapping[str, JsonValue], error: type[RayneError]
) -> None:
    with pytest.raises(error):
        fetch([an_item()], arguments)
