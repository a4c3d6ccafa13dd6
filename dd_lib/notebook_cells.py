"""Notebook cells as Datadog takes them, and how old and new ones become one notebook."""

from collections.abc import Sequence

from pydantic import JsonValue

from domain.notebook import (
    Cell,
    LogStreamCell,
    MarkdownCell,
    ServiceGraphCell,
    TimeseriesCell,
)
from domain.query import term

WireCell = dict[str, JsonValue]


def wire_cell(cell: Cell) -> WireCell:
    """The resource type is always `notebook_cells`; what it shows is the definition's type."""
    match cell:
        case MarkdownCell(text=text):
            definition: WireCell = {"type": "markdown", "text": text}
        case TimeseriesCell():
            definition = _timeseries(cell.title, {"data_source": "metrics", "query": cell.query})
        case ServiceGraphCell():
            definition = _timeseries(cell.title, _service_query(cell))
        case LogStreamCell():
            definition = _log_stream(cell)
    return {"type": "notebook_cells", "attributes": {"definition": definition}}


def own_cells(
    existing: Sequence[WireCell], own_ids: Sequence[str], wanted: Sequence[WireCell]
) -> list[str]:
    """The ids of the cells that Rayne wrote, in the notebook's order.

    A cell that says what a wanted one says is ours too: a write whose answer was lost left it
    behind. Without this a retry would write it twice.
    """
    return [
        str(cell["id"])
        for cell in existing
        if cell["id"] in own_ids or any(_holds(cell, new) for new in wanted)
    ]


def merge_cells(
    existing: Sequence[WireCell], own: Sequence[str], wanted: Sequence[WireCell]
) -> list[WireCell]:
    """`wanted` in the places and under the ids of our old cells; people's cells stay as they are.

    What is more than before follows our last cell; with none left of ours it comes first.
    """
    if not own:
        return [*wanted, *existing]
    last = len(own) - 1
    named = [{**cell, "id": old} for cell, old in zip(wanted, own, strict=False)]
    renewed = [*named, *wanted[len(named) :]]
    in_place = {
        old: renewed[place:] if place == last else renewed[place : place + 1]
        for place, old in enumerate(own)
    }
    return [new for cell in existing for new in in_place.get(str(cell["id"]), [cell])]


def _holds(answered: JsonValue, sent: JsonValue) -> bool:
    """Whether everything we sent is in the answer, which may have defaults beside it."""
    if isinstance(sent, dict):
        return isinstance(answered, dict) and all(
            key in answered and _holds(answered[key], value) for key, value in sent.items()
        )
    if isinstance(sent, list):
        return (
            isinstance(answered, list)
            and len(answered) == len(sent)
            and all(map(_holds, answered, sent))
        )
    return answered == sent


def _timeseries(title: str, query: WireCell) -> WireCell:
    return {
        "type": "timeseries",
        "title": title,
        "show_legend": True,
        "requests": [
            {
                "response_format": "timeseries",
                "display_type": "line",
                "queries": [{**query, "name": "query1"}],
                "formulas": [{"formula": "query1"}],
            }
        ],
    }


def _service_query(cell: ServiceGraphCell) -> WireCell:
    query: WireCell = {
        "data_source": "apm_metrics",
        "service": cell.service,
        "stat": cell.statistic,
    }
    return {**query, "query_filter": term("env", cell.env)} if cell.env else query


def _log_stream(cell: LogStreamCell) -> WireCell:
    return {
        "type": "log_stream",
        "title": cell.title,
        "query": cell.query,
        "indexes": [],  # all of them
        "columns": ["host", "service"],
        "show_date_column": True,
        "show_message_column": True,
        "message_display": "inline",
        "sort": {"column": "time", "order": "asc"},
    }
