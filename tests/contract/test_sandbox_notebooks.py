"""Notebooks of the stand-in Datadog: written, read, refused."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.servers.sandbox import SetClock, a_cell, a_notebook_body

NOTEBOOKS = "/api/v1/notebooks"


async def test_created_notebook_is_read_again(empty: httpx.AsyncClient) -> None:
    created = (await empty.post(NOTEBOOKS, json=a_notebook_body(a_cell()))).json()

    read = await empty.get(f"{NOTEBOOKS}/{created['data']['id']}")

    assert read.json() == created
    assert len(created["data"]["attributes"]["cells"][0]["id"]) == 8


async def test_list_finds_by_part_of_the_name(empty: httpx.AsyncClient) -> None:
    for name in ("one (aaa)", "two (bbb)"):
        await empty.post(NOTEBOOKS, json=a_notebook_body(a_cell(), name=name))

    answer = (await empty.get(NOTEBOOKS, params={"query": "BBB"})).json()

    assert [found["attributes"]["name"] for found in answer["data"]] == ["two (bbb)"]
    assert answer["data"][0]["attributes"]["cells"]


async def test_list_leaves_cells_out_when_asked(empty: httpx.AsyncClient) -> None:
    await empty.post(NOTEBOOKS, json=a_notebook_body(a_cell()))

    answer = await empty.get(NOTEBOOKS, params={"include_cells": "false"})

    assert "cells" not in answer.json()["data"][0]["attributes"]


async def test_list_is_paged_newest_first(empty: httpx.AsyncClient) -> None:
    for name in ("one", "two", "three"):
        await empty.post(NOTEBOOKS, json=a_notebook_body(name=name))

    answer = (await empty.get(NOTEBOOKS, params={"start": 1, "count": 1})).json()

    assert [found["attributes"]["name"] for found in answer["data"]] == ["two"]
    assert answer["meta"]["page"] == {"total_count": 3, "total_filtered_count": 1}


async def test_put_keeps_listed_cells_adds_new_ones_and_drops_the_rest(
    empty: httpx.AsyncClient, clock: SetClock
) -> None:
    body = a_notebook_body(a_cell(), a_cell(type="markdown", text="dropped"))
    old = (await empty.post(NOTEBOOKS, json=body)).json()["data"]
    kept = old["attributes"]["cells"][0]["id"]
    clock.pass_time(timedelta(minutes=1))
    wanted = [a_cell(type="markdown", text="new"), a_cell() | {"id": kept}]

    answer = await empty.put(f"{NOTEBOOKS}/{old['id']}", json=a_notebook_body(*wanted))

    attributes = answer.json()["data"]["attributes"]
    new_id, old_id = (cell["id"] for cell in attributes["cells"])
    assert old_id == kept
    assert new_id not in {cell["id"] for cell in old["attributes"]["cells"]}
    assert attributes["created"] == old["attributes"]["created"] < attributes["modified"]


@pytest.mark.parametrize("ids", [["zzzzzzzz"], ["same", "same"]])
async def test_put_refuses_ids_that_it_does_not_have_or_has_twice(
    empty: httpx.AsyncClient, ids: list[str]
) -> None:
    old = (await empty.post(NOTEBOOKS, json=a_notebook_body(a_cell()))).json()["data"]
    known = old["attributes"]["cells"][0]["id"]
    cells = [a_cell() | {"id": known if each == "same" else each} for each in ids]

    answer = await empty.put(f"{NOTEBOOKS}/{old['id']}", json=a_notebook_body(*cells))

    assert answer.status_code == 400


async def test_wrong_cell_type_is_refused_in_datadogs_words(empty: httpx.AsyncClient) -> None:
    body = a_notebook_body(a_cell() | {"type": "markdown"})

    answer = await empty.post(NOTEBOOKS, json=body)

    assert answer.status_code == 400
    assert 'Invalid type. Expected "notebook_cells".' in answer.json()["errors"][0]


@pytest.mark.parametrize(
    "body",
    [
        a_notebook_body(name="x" * 81),
        a_notebook_body(time={"live_span": "2h"}),
        a_notebook_body(time={}),
        a_notebook_body(status="draft"),
        a_notebook_body(tags=["a"]),
        a_notebook_body(a_cell(type="markdown")),
        a_notebook_body(a_cell(type="timeseries", requests=[])),
        a_notebook_body(a_cell(type="sunburst", requests=[{}])),
        a_notebook_body(a_cell() | {"id": "abcd1234"}),
        {"data": {"type": "notebook", "attributes": {}}},
    ],
    ids=str,
)
async def test_what_datadog_would_refuse_is_refused(
    empty: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await empty.post(NOTEBOOKS, json=body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]


async def test_deleted_notebook_is_gone(empty: httpx.AsyncClient) -> None:
    created = (await empty.post(NOTEBOOKS, json=a_notebook_body())).json()["data"]
    path = f"{NOTEBOOKS}/{created['id']}"

    first, second = await empty.delete(path), await empty.get(path)

    assert (first.status_code, first.content) == (204, b"")
    assert (second.status_code, second.json()) == (404, {"errors": ["Notebook not found"]})


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["two", "three", "one"]),
        ({"sort_field": "created"}, ["three", "two", "one"]),
        ({"sort_field": "name", "sort_dir": "asc"}, ["one", "three", "two"]),
        ({"type": "postmortem"}, ["three"]),
        ({"is_template": "true"}, ["one"]),
        ({"author_handle": "nobody@example.com"}, []),
        ({"exclude_author_handle": "rayne@example.com"}, []),
    ],
)
async def test_list_is_narrowed_and_ordered(
    empty: httpx.AsyncClient, clock: SetClock, query: dict[str, str], names: list[str]
) -> None:
    for name, metadata in {
        "one": {"is_template": True}, "two": {}, "three": {"type": "postmortem"},
    }.items():  # fmt: skip
        clock.pass_time(timedelta(minutes=1))
        await empty.post(NOTEBOOKS, json=a_notebook_body(name=name, metadata=metadata))
    clock.pass_time(timedelta(minutes=1))
    await empty.put(f"{NOTEBOOKS}/1002", json=a_notebook_body(name="two"))

    answer = await empty.get(NOTEBOOKS, params=query)

    assert [found["attributes"]["name"] for found in answer.json()["data"]] == names
