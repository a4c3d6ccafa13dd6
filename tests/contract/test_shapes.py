"""Shapes of answers are told apart by kinds of values and by what is there, not by values."""

from typing import Any

import pytest

from tests.contract.recorded.shapes import conflicts, emptied, lacking, shape_of

RECORDED = {"data": [{"id": "a", "tags": ["x"], "owner": None}, {"id": "b", "tags": []}]}


@pytest.mark.parametrize(
    "ours",
    [
        {"data": [{"id": "c", "tags": [], "owner": "ada"}]},
        {"data": [{"id": None, "tags": ["y", "z"], "owner": None}], "meta": {}},
    ],
)
def test_another_value_of_the_same_kind_is_no_conflict(ours: Any) -> None:
    assert conflicts(shape_of(RECORDED), shape_of(ours)) == []


@pytest.mark.parametrize(
    ("ours", "complaint"),
    [
        ({"data": [{"id": "c"}, {"id": 7}]}, ".data[].id holds number/text instead of text"),
        ({"data": {"id": "c"}}, ".data holds object instead of list"),
        ({"data": [{"tags": [True]}]}, ".data[].tags[] holds truth instead of text"),
        ([], " holds list instead of object"),
    ],
)
def test_a_value_of_another_kind_is_a_conflict(ours: Any, complaint: str) -> None:
    assert conflicts(shape_of(RECORDED), shape_of(ours)) == [complaint]


def test_an_attribute_that_is_nowhere_is_lacking() -> None:
    ours = {"data": [{"id": "c", "tags": []}]}

    assert lacking(shape_of(RECORDED), shape_of(ours)) == [".data[].owner"]


def test_nothing_is_lacking_in_what_is_not_there() -> None:
    assert lacking(shape_of(RECORDED), shape_of({"data": []})) == []


def test_an_outermost_list_without_entries_is_emptied() -> None:
    assert emptied(shape_of(RECORDED), shape_of({"data": []})) == [".data[]"]


def test_an_inner_list_without_entries_is_not() -> None:
    ours = {"data": [{"id": "c", "tags": []}]}

    assert emptied(shape_of(RECORDED), shape_of(ours)) == []
