"""A Datadog notebook, as much of it as Rayne writes."""

from typing import Literal

from pydantic import AwareDatetime

from domain.evidence import Window
from domain.values import Value

MAX_NAME = 80  # characters; Datadog refuses more


class NotebookReference(Value):
    id: int
    url: str
    cell_ids: tuple[str, ...] = ()  # the cells that Rayne wrote; others are people's and stay


class MarkdownCell(Value):
    kind: Literal["markdown"] = "markdown"
    text: str


class TimeseriesCell(Value):
    kind: Literal["timeseries"] = "timeseries"
    title: str
    query: str


class ServiceGraphCell(Value):
    """One statistic of a traced service over time: `hits`, `error_rate`, `latency_p99` ..."""

    kind: Literal["service_graph"] = "service_graph"
    title: str
    service: str
    env: str
    statistic: str


class LogStreamCell(Value):
    kind: Literal["log_stream"] = "log_stream"
    title: str
    query: str


Cell = MarkdownCell | TimeseriesCell | ServiceGraphCell | LogStreamCell


class Notebook(Value):
    """What to write. `key` is part of `name`: looking for it tells whether it exists already."""

    key: str
    name: str
    cells: tuple[Cell, ...]
    window: Window


class NotebookChange(Value):
    """A new state for the cells that Rayne wrote (`own_cell_ids`); others are kept as they are."""

    notebook: Notebook
    own_cell_ids: tuple[str, ...]


class Resolution(Value):
    """When an incident's last episode recovered, and how long it lasted; `by_hand` if not so."""

    resolved_at: AwareDatetime
    duration_seconds: float
    by_hand: str = ""  # who ended it, and why or for which other: unescaped
