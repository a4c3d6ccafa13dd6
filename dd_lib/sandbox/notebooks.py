"""What Datadog accepts as a notebook, and what it makes of one."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.moments import iso_offset
from dd_lib.sandbox.people import HANDLE, NAME, SINCE
from dd_lib.sandbox.records import Record
from dd_lib.sandbox.refusals import Refusal, check_type
from dd_lib.sandbox.resources import Resource, attributes_of, listing, mapping

CELL_TYPE = "notebook_cells"
DEFINITION_TYPES = frozenset(
    {"markdown", "timeseries", "toplist", "heatmap", "distribution", "log_stream"}
)
LiveSpan = Literal[
    "1m", "5m", "10m", "15m", "30m", "1h", "4h", "1d", "2d", "1w", "1mo", "3mo", "6mo",
    "week_to_date", "month_to_date", "1y", "alert",
]  # fmt: skip
AUTHOR: Resource = {
    "name": NAME,
    "handle": HANDLE,
    "email": HANDLE,
    "created_at": SINCE,
    "disabled": False,
    "icon": "",
    "status": "Active",
    "title": None,
    "verified": True,
}


NotebookType = Literal["postmortem", "runbook", "investigation", "documentation", "report"]


class Listing(Record):
    """Which notebooks are asked for, and in which order."""

    query: str = ""  # part of the name
    author_handle: str = ""
    exclude_author_handle: str = ""
    is_template: bool | None = None
    type: NotebookType | None = None
    sort_field: Literal["modified", "name", "created"] = "modified"
    sort_dir: Literal["asc", "desc"] = "desc"
    start: int = Field(default=0, ge=0)
    count: int = Field(default=100, ge=0)
    include_cells: bool = True


class CellAttributes(Closed):
    definition: dict[str, JsonValue]
    graph_size: Literal["xs", "s", "m", "l", "xl"] | None = None
    split_by: dict[str, JsonValue] | None = None
    time: dict[str, JsonValue] | None = None


class Cell(Closed):
    """`type` and the definition are checked apart, for Datadog's own words about them."""

    id: str | None = None
    type: str
    attributes: CellAttributes


class LiveTime(Closed):
    live_span: LiveSpan


class FixedTime(Closed):
    start: AwareDatetime
    end: AwareDatetime
    live: bool = False


class Metadata(Closed):
    type: NotebookType | None = None
    is_template: bool = False
    take_snapshots: bool = False


class NotebookAttributes(Closed):
    name: str = Field(max_length=80)
    cells: list[Cell]
    time: LiveTime | FixedTime
    status: Literal["published"] = "published"
    metadata: Metadata = Metadata()
    template_variables: list[Resource] | None = None


class NotebookData(Closed):
    type: Literal["notebooks"]
    attributes: NotebookAttributes


class NotebookRequest(Closed):
    data: NotebookData


def new_notebook(number: int, wanted: NotebookAttributes, now: datetime) -> Resource:
    if any(cell.id is not None for cell in wanted.cells):
        raise Refusal(400, "Cells of a new notebook must not have an id")
    return _notebook(number, wanted, created=iso_offset(now), now=now)


def replaced_notebook(old: Resource, wanted: NotebookAttributes, now: datetime) -> Resource:
    """The cells become exactly `wanted`'s: with an id changed or kept, without one new."""
    attributes = attributes_of(old)
    known = {str(mapping(cell)["id"]) for cell in listing(attributes["cells"])}
    given = [cell.id for cell in wanted.cells if cell.id is not None]
    stranger = next((each for each in given if each not in known), None)
    if stranger is not None:
        raise Refusal(400, f"Cell {stranger} is not part of this notebook")
    if len(given) != len(set(given)):
        raise Refusal(400, "A cell id is given twice")
    number = int(str(old["id"]))
    return _notebook(number, wanted, created=str(attributes["created"]), now=now)


def listed(notebooks: Iterable[Resource], wanted: Listing) -> list[Resource]:
    """All pages of them."""

    def position(notebook: Resource) -> tuple[str, int]:
        return str(attributes_of(notebook)[wanted.sort_field]), int(str(notebook["id"]))

    found = [notebook for notebook in notebooks if _is_wanted(attributes_of(notebook), wanted)]
    return sorted(found, key=position, reverse=wanted.sort_dir == "desc")


def _is_wanted(attributes: Resource, wanted: Listing) -> bool:
    """One user wrote them all."""
    metadata = mapping(attributes["metadata"])
    return (
        wanted.query.lower() in str(attributes["name"]).lower()
        and wanted.author_handle in ("", HANDLE)
        and wanted.exclude_author_handle != HANDLE
        and wanted.is_template in (None, metadata["is_template"])
        and wanted.type in (None, metadata["type"])
    )


def without_cells(notebook: Resource) -> Resource:
    kept = {k: v for k, v in attributes_of(notebook).items() if k != "cells"}
    return notebook | {"attributes": kept}


def name_of(notebook: Resource) -> str:
    return str(attributes_of(notebook)["name"])


def _notebook(number: int, wanted: NotebookAttributes, *, created: str, now: datetime) -> Resource:
    cells: list[JsonValue] = [
        _cell(cell, f"{number} {place} {now.isoformat()}")
        for place, cell in enumerate(wanted.cells)
    ]
    return {
        "id": number,
        "type": "notebooks",
        "attributes": {
            "name": wanted.name,
            "status": wanted.status,
            "time": wanted.time.model_dump(mode="json"),
            "metadata": wanted.metadata.model_dump(mode="json"),
            "template_variables": list(wanted.template_variables or []),
            "cells": cells,
            "author": dict(AUTHOR),
            "created": created,
            "modified": iso_offset(now),
        },
    }


def _cell(cell: Cell, seed: str) -> Resource:
    check_type(cell.type, CELL_TYPE)
    _check_definition(cell.attributes.definition)
    return {
        "id": cell.id or _new_cell_id(seed),
        "type": CELL_TYPE,
        "attributes": cell.attributes.model_dump(mode="json", exclude_none=True),
    }


def _check_definition(definition: Resource) -> None:
    kind = definition.get("type")
    if kind not in DEFINITION_TYPES:
        raise Refusal(400, f"Invalid widget definition: unknown type {kind!r}")
    if kind == "markdown" and not isinstance(definition.get("text"), str):
        raise Refusal(400, "Invalid widget definition: 'text' is a required property")
    if kind == "log_stream" and not isinstance(definition.get("query", ""), str):
        raise Refusal(400, "Invalid widget definition: 'query' must be a string")
    if kind not in ("markdown", "log_stream") and not definition.get("requests"):
        raise Refusal(400, "Invalid widget definition: 'requests' is a required property")


def _new_cell_id(seed: str) -> str:
    """8 lower-case characters, like Datadog's."""
    return hashlib.blake2b(seed.encode(), digest_size=4).hexdigest()
