"""Laws of notebooks: what is written, what is kept, and where."""

import json
from typing import Any

import httpx
import pytest

from dd_lib.notebook_cells import merge_cells, own_cells, wire_cell
from domain.errors import Unavailable, UnexpectedReply
from domain.notebook import MarkdownCell, NotebookChange, TimeseriesCell
from tests.factories import a_notebook
from tests.unit.dd_lib.conversations import Script, talking_to

QUERY_TABLE = {
    "id": "people01",
    "type": "notebook_cells",
    "attributes": {
        "definition": {"type": "query_table", "title": "kept", "requests": []},
        "split_by": {"keys": [], "tags": []},
        "time": None,
    },
}


def markdown(cell_id: str, text: str) -> dict[str, Any]:
    return {"id": cell_id, **wire_cell(MarkdownCell(text=text))}


def new(text: str) -> dict[str, Any]:
    return wire_cell(MarkdownCell(text=text))


def answered(notebook_id: int, *cells: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {
        "type": "notebooks",
        "id": notebook_id,
        "attributes": {"name": "report (1a2b)", "cells": list(cells)} | attributes,
    }


def sent(request: httpx.Request) -> Any:
    return json.loads(request.content)["data"]["attributes"]


def a_change(*own: str, text: str = "new") -> NotebookChange:
    notebook = a_notebook(cells=(MarkdownCell(text=text),))
    return NotebookChange(notebook=notebook, own_cell_ids=own)


async def test_a_notebook_shows_its_window_to_every_reader() -> None:
    script = Script({"data": answered(5)})

    async with talking_to(script) as api:
        await api.create_notebook(a_notebook())

    assert sent(script.requests[0])["time"] == {
        "start": "2026-01-02T11:35:00.000+00:00",
        "end": "2026-01-02T12:05:00.000+00:00",
        "live": False,
    }


async def test_a_new_notebook_is_a_published_investigation() -> None:
    script = Script({"data": answered(5)})

    async with talking_to(script) as api:
        await api.create_notebook(a_notebook())

    attributes = sent(script.requests[0])
    assert attributes["status"] == "published"
    assert attributes["metadata"]["type"] == "investigation"


async def test_a_notebooks_page_has_no_double_slash() -> None:
    async with talking_to(Script({"data": answered(5)}), app_url="https://app.test/") as api:
        created = await api.create_notebook(a_notebook())

    assert created.url == "https://app.test/notebook/5"


async def test_of_two_notebooks_with_the_key_the_first_one_counts() -> None:
    found = {"data": [answered(9, markdown("x", "x")), answered(4, markdown("y", "y"))]}
    async with talking_to(Script(found)) as api:
        notebook = await api.find_notebook("1a2b")

    assert notebook is not None
    assert (notebook.id, notebook.cell_ids) == (4, ("y",))


async def test_a_notebook_found_by_its_author_is_not_ours() -> None:
    async with talking_to(Script({"data": [answered(4, name="notes")]})) as api:
        assert await api.find_notebook("1a2b") is None


async def test_a_persons_cell_goes_back_exactly_as_it_came() -> None:
    before = {"data": answered(5, markdown("own00001", "old"), QUERY_TABLE)}
    script = Script(before)

    async with talking_to(script) as api:
        await api.change_notebook(5, a_change("own00001"))

    assert sent(script.requests[1])["cells"] == [markdown("own00001", "new"), QUERY_TABLE]


async def test_the_answer_names_our_cells_and_not_peoples() -> None:
    before = {"data": answered(5, markdown("own00001", "old"), QUERY_TABLE)}
    after = {"data": answered(5, markdown("own00001", "new"), markdown("own2", "x"), QUERY_TABLE)}

    async with talking_to(Script(before, after)) as api:
        changed = await api.change_notebook(5, a_change("own00001"))

    assert changed.cell_ids == ("own00001", "own2")


async def test_what_people_made_of_the_notebook_stays() -> None:
    metadata = {"type": "postmortem", "is_template": False, "is_favorite": True}
    variables = [{"name": "host", "default": "*"}]
    before = answered(5, metadata=metadata, template_variables=variables)
    script = Script({"data": before})

    async with talking_to(script) as api:
        await api.change_notebook(5, a_change())

    attributes = sent(script.requests[1])
    assert attributes["template_variables"] == variables
    assert attributes["metadata"] == {
        "type": "postmortem",
        "is_template": False,
        "take_snapshots": False,
    }


async def test_an_edit_at_the_same_moment_is_worth_asking_again() -> None:
    conflict = httpx.Response(409, json={"errors": ["conflict"]})
    async with talking_to(Script({"data": answered(5)}, conflict)) as api:
        with pytest.raises(Unavailable, match="notebook 5"):
            await api.change_notebook(5, a_change())


async def test_a_cell_without_an_id_is_an_unexpected_reply() -> None:
    async with talking_to(Script({"data": answered(5, new("x"))})) as api:
        with pytest.raises(UnexpectedReply, match="cells"):
            await api.change_notebook(5, a_change())


def test_new_cells_take_the_places_of_our_old_ones() -> None:
    existing = [
        markdown("p1", "people"),
        markdown("a", "one"),
        markdown("p2", "people"),
        markdown("b", "two"),
        markdown("p3", "people"),
    ]

    merged = merge_cells(existing, ["a", "b"], [new("1"), new("2"), new("3")])

    assert merged == [
        existing[0],
        markdown("a", "1"),
        existing[2],
        markdown("b", "2"),
        new("3"),
        existing[4],
    ]


def test_fewer_cells_leave_no_old_one_behind() -> None:
    existing = [markdown("a", "one"), markdown("p", "people"), markdown("b", "two")]

    merged = merge_cells(existing, ["a", "b"], [new("1")])

    assert merged == [markdown("a", "1"), markdown("p", "people")]


def test_with_none_of_ours_left_the_report_comes_first() -> None:
    existing = [markdown("p", "people")]

    merged = merge_cells(existing, [], [new("1")])

    assert merged == [new("1"), markdown("p", "people")]


def test_a_cell_that_people_deleted_is_not_named_again() -> None:
    existing = [markdown("b", "two")]

    own = own_cells(existing, ["a", "b"], [new("1")])

    assert own == ["b"]


def test_a_graph_that_shows_more_than_ours_is_peoples() -> None:
    graph = wire_cell(TimeseriesCell(title="Errors", query="avg:a{*}"))
    theirs: dict[str, Any] = json.loads(json.dumps({"id": "p", **graph}))
    theirs["attributes"]["definition"]["requests"].append({"q": "avg:b{*}"})

    assert own_cells([theirs], [], [graph]) == []


def test_a_cell_is_known_by_its_text_when_its_answer_was_lost() -> None:
    dressed = markdown("b", "same")
    dressed["attributes"]["graph_size"] = None
    existing = [markdown("a", "one"), dressed, markdown("p", "people")]

    own = own_cells(existing, ["a"], [new("one"), new("same")])

    assert own == ["a", "b"]
