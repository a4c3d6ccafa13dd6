"""Notebooks: create, list, read, replace, delete."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.notebooks import (
    Listing,
    NotebookRequest,
    listed,
    new_notebook,
    replaced_notebook,
    without_cells,
)
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.world import World

router = APIRouter(
    prefix="/api/v1/notebooks",
    dependencies=[Depends(require_keys), Depends(limited("notebooks_api"))],
)


@router.post("")
async def create_notebook(world: WorldNow, request: NotebookRequest) -> Resource:
    notebook = new_notebook(world.next_notebook_number, request.data.attributes, world.clock())
    world.add_notebook(notebook)
    return {"data": notebook}


@router.get("")
async def list_notebooks(world: WorldNow, wanted: Annotated[Listing, Query()]) -> Resource:
    found = listed(world.notebooks.values(), wanted)
    page = found[wanted.start : wanted.start + wanted.count]
    data: list[JsonValue] = [n if wanted.include_cells else without_cells(n) for n in page]
    counts: Resource = {"total_count": len(found), "total_filtered_count": len(page)}
    return {"data": data, "meta": {"page": counts}}


@router.get("/{notebook_id}")
async def get_notebook(world: WorldNow, notebook_id: int) -> Resource:
    return {"data": _existing(world, notebook_id)}


@router.put("/{notebook_id}")
async def replace_notebook(world: WorldNow, notebook_id: int, request: NotebookRequest) -> Resource:
    old = _existing(world, notebook_id)
    notebook = replaced_notebook(old, request.data.attributes, world.clock())
    world.put_notebook(notebook_id, notebook)
    return {"data": notebook}


@router.delete("/{notebook_id}", status_code=204)
async def delete_notebook(world: WorldNow, notebook_id: int) -> None:
    _existing(world, notebook_id)
    world.drop_notebook(notebook_id)


def _existing(world: World, notebook_id: int) -> Resource:
    notebook = world.notebooks.get(notebook_id)
    if notebook is None:
        raise Refusal(404, "Notebook not found")
    return notebook
