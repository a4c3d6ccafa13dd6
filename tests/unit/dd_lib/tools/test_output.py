"""Laws of a tool's answer: small enough, and honest about what is left out."""

import json

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from dd_lib.tools.output import MAX_TEXT, shortened


def lines(count: int, size: int = 10) -> dict[str, JsonValue]:
    logs: list[JsonValue] = [{"message": "x" * size} for _ in range(count)]
    return {"count": count, "logs": logs, "partial": ""}


def test_what_fits_stays_as_it_is() -> None:
    assert shortened(lines(3), 1000) == lines(3)


def test_what_does_not_fit_is_told() -> None:
    answer = shortened(lines(100), 500)

    assert isinstance(answer["logs"], list)
    assert answer["count"] == len(answer["logs"])
    assert answer["partial"] == f"logs: only the first {answer['count']} of 100 fit"


def test_what_was_missing_before_is_told_as_well() -> None:
    answer = shortened(lines(100) | {"partial": "Datadog ran out of time"}, 500)

    assert str(answer["partial"]).startswith("Datadog ran out of time; logs: only")


def test_a_long_text_is_cut() -> None:
    answer = shortened({"logs": [{"message": "x" * 9000}]}, 100_000)

    assert answer["logs"] == [{"message": "x" * (MAX_TEXT - 1) + "…"}]


@given(count=st.integers(0, 60), size=st.integers(0, 200), limit=st.integers(200, 3000))
def test_an_answer_never_exceeds_its_limit_by_more_than_its_note(
    count: int, size: int, limit: int
) -> None:
    answer = shortened(lines(count, size), limit)

    assert len(json.dumps(answer, ensure_ascii=False)) <= limit + 60
