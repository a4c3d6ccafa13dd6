"""Notebooks: found by key, created, and changed around the cells that people added."""

from collections.abc import Collection, Sequence
from typing import Annotated

from pydantic import AfterValidator, JsonValue

from dd_lib.answers import Answer, iso
from dd_lib.client import DatadogClient
from dd_lib.notebook_cells import WireCell, merge_cells, own_cells, wire_cell
from domain.errors import Conflict, Unavailable
from domain.notebook import Notebook, NotebookChange, NotebookReference

PATH = "/api/v1/notebooks"
ONE = "/api/v1/notebooks/{}"


def _with_id(cell: WireCell) -> WireCell:
    if not isinstance(cell.get("id"), str):
        raise ValueError("a cell without an id")  # noqa: TRY004  pydantic turns only this into its own
    return cell


class _Metadata(Answer):
    """What a notebook is for. People may make a postmortem of an investigation."""

    type: str = "investigation"
    is_template: bool = False
    take_snapshots: bool = False


class _Attributes(Answer):
    """Cells stay as they came, kinds that only Datadog's editor can make included."""

    name: str = ""
    cells: tuple[Annotated[WireCell, AfterValidator(_with_id)], ...] = ()
    metadata: _Metadata = _Metadata()
    template_variables: tuple[JsonValue, ...] = ()


class _Notebook(Answer):
    id: int
    attributes: _Attributes


class _One(Answer):
    data: _Notebook


class _Many(Answer):
    data: tuple[_Notebook, ...] = ()


async def find_notebook(client: DatadogClient, app_url: str, key: str) -> NotebookReference | None:
    """The oldest notebook whose name holds `key`. Every cell of it counts as Rayne's: this is asked
    when creating it may have been cut short, before anybody knew of it.
    """
    found = await client.get(PATH, _Many, {"query": key, "include_cells": "true"})
    # Datadog's search looks at authors as well.
    named = [notebook for notebook in found.data if key in notebook.attributes.name]
    if not named:
        return None
    return _reference(app_url, min(named, key=lambda notebook: notebook.id))


async def create_notebook(
    client: DatadogClient, app_url: str, notebook: Notebook
) -> NotebookReference:
    created = await client.post(PATH, _One, notebook_body(notebook))
    return _reference(app_url, created.data)


async def change_notebook(
    client: DatadogClient, app_url: str, notebook_id: int, change: NotebookChange
) -> NotebookReference:
    """Reads, merges, replaces: Datadog deletes what a PUT leaves out."""
    before = (await client.get(ONE, _One, parts=(notebook_id,))).data.attributes
    wanted = [wire_cell(cell) for cell in change.notebook.cells]
    own = own_cells(before.cells, change.own_cell_ids, wanted)
    merged = merge_cells(before.cells, own, wanted)
    try:
        after = await client.put(
            ONE, _One, _body(change.notebook, merged, before), parts=(notebook_id,)
        )
    except Conflict as error:
        raise Unavailable(f"somebody else is editing notebook {notebook_id}") from error
    return _reference(app_url, after.data, without=_ids(before) - set(own))


def notebook_body(notebook: Notebook) -> JsonValue:
    """What POST takes."""
    return _body(notebook, [wire_cell(cell) for cell in notebook.cells], _Attributes())


def _body(notebook: Notebook, cells: Sequence[WireCell], before: _Attributes) -> JsonValue:
    """The time is absolute: a live span would show another hour to each reader."""
    window = notebook.window
    attributes: dict[str, JsonValue] = {
        "name": notebook.name,
        "cells": list(cells),
        "time": {"start": iso(window.start), "end": iso(window.end), "live": False},
        "status": "published",
        "metadata": before.metadata.model_dump(),
    }
    if before.template_variables:
        attributes["template_variables"] = list(before.template_variables)
    return {"data": {"type": "notebooks", "attributes": attributes}}


def _reference(
    app_url: str, notebook: _Notebook, *, without: Collection[str] = ()
) -> NotebookReference:
    return NotebookReference(
        id=notebook.id,
        url=f"{app_url}/notebook/{notebook.id}",
        cell_ids=tuple(
            str(cell["id"]) for cell in notebook.attributes.cells if cell["id"] not in without
        ),
    )


def _ids(notebook: _Attributes) -> set[str]:
    return {str(cell["id"]) for cell in notebook.cells}
