"""A notebook as a person sees it: each cell turned into something a template can show.

Nothing here makes HTML but the markdown renderer, which passes no HTML through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from markdown_it import MarkdownIt
from markupsafe import Markup
from pydantic import JsonValue, ValidationError

from dd_lib.sandbox.apm_metrics import apm_series
from dd_lib.sandbox.chart import Chart, between, draw
from dd_lib.sandbox.entries import log_entries
from dd_lib.sandbox.metric_query import parse_metric_query
from dd_lib.sandbox.query_bodies import ApmQuery
from dd_lib.sandbox.record_search import SearchFilter, matching
from dd_lib.sandbox.records import LogRecord, Telemetry
from dd_lib.sandbox.resources import Resource, attributes_of, listing, mapping
from dd_lib.sandbox.timeseries import evaluate
from dd_lib.sandbox.world import World
from domain.errors import InvalidInput

MAX_LOG_ROWS = 50
# No images: a browser would load them from elsewhere.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_LIVE_SPANS = {
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "1w": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class LogRow:
    time: str
    status: str
    service: str
    host: str
    message: str


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell. Exactly what `kind` names is filled; `problem` says why it cannot be shown."""

    kind: str
    title: str = ""
    query: str = ""
    html: Markup | None = None
    chart: Chart | None = None
    rows: tuple[LogRow, ...] = ()
    total: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NotebookView:
    id: int
    name: str
    status: str
    author: str
    modified: str
    start: datetime
    end: datetime
    cells: tuple[CellView, ...]


def view_notebook(notebook: Resource, world: World) -> NotebookView:
    attributes = attributes_of(notebook)
    start, end = _window(mapping(attributes["time"]), world.clock())
    page = _Page(world.telemetry_seen(start, end), start, end, world.clock())
    return NotebookView(
        id=int(str(notebook["id"])),
        name=str(attributes["name"]),
        status=str(attributes["status"]),
        author=str(mapping(attributes["author"])["name"]),
        modified=str(attributes["modified"]),
        start=start,
        end=end,
        cells=tuple(page.view(_definition(cell)) for cell in listing(attributes["cells"])),
    )


def _window(time: Resource, now: datetime) -> tuple[datetime, datetime]:
    if "start" in time:
        return datetime.fromisoformat(str(time["start"])), datetime.fromisoformat(str(time["end"]))
    span = _LIVE_SPANS.get(str(time.get("live_span")), timedelta(hours=1))
    return now - span, now


@dataclass(frozen=True, slots=True)
class _Page:
    """What the cells of one notebook look at."""

    telemetry: Telemetry
    start: datetime
    end: datetime
    now: datetime

    def view(self, definition: Resource) -> CellView:
        """A cell that cannot be shown says so; the others still are."""
        kind = str(definition.get("type"))
        views: dict[str, Callable[[Resource], CellView]] = {
            "markdown": self._markdown,
            "timeseries": self._timeseries,
            "log_stream": self._log_stream,
        }
        if kind not in views:
            problem = f"The sandbox does not draw {kind} cells."
            return CellView(kind, title=_title(definition), problem=problem)
        try:
            return views[kind](definition)
        except InvalidInput as error:
            return CellView(kind, title=_title(definition), problem=str(error))

    def _markdown(self, definition: Resource) -> CellView:
        # Safe as markup: the renderer escapes everything that is not markdown.
        html = Markup(_MARKDOWN.render(str(definition["text"])))  # noqa: S704  see above
        return CellView("markdown", html=html)

    def _timeseries(self, definition: Resource) -> CellView:
        asked = _first_query(definition)
        if asked.get("data_source") == "apm_metrics":
            return self._service(definition, _apm_query(asked))
        text = str(asked.get("query", ""))
        query = parse_metric_query(text)
        span = between(self.start, self.end)
        happened = [row for row in self.telemetry.metrics if row.timestamp <= self.now]
        chart = draw(evaluate(query, happened, span), span, query.metric)
        return CellView("timeseries", title=_title(definition), query=text, chart=chart)

    def _service(self, definition: Resource, query: ApmQuery) -> CellView:
        """A statistic of a service, counted from spans."""
        span = between(self.start, self.end)
        happened = [row for row in self.telemetry.spans if row.start <= self.now]
        chart = draw(apm_series(query, happened, span), span, query.stat)
        words = f"{query.stat} of {query.service or 'every service'} {query.query_filter}".strip()
        return CellView("timeseries", title=_title(definition), query=words, chart=chart)

    def _log_stream(self, definition: Resource) -> CellView:
        query = str(definition.get("query") or "*")
        rows = log_rows(self.telemetry.logs, query, self.start, self.end, self.now)
        sort = definition.get("sort")
        if isinstance(sort, dict) and sort.get("order") == "asc":
            rows.reverse()
        return CellView(
            "log_stream",
            title=_title(definition),
            query=query,
            rows=tuple(rows[:MAX_LOG_ROWS]),
            total=len(rows),
        )


def log_rows(
    logs: tuple[LogRecord, ...], query: str, start: datetime, end: datetime, now: datetime
) -> list[LogRow]:
    """Newest first, like Datadog's log explorer. Raises InvalidInput."""
    asked = SearchFilter.model_validate(
        {"query": query, "from": start.isoformat(), "to": end.isoformat()}
    )
    found = matching(log_entries(logs), asked, now)
    found.sort(key=lambda entry: entry.position, reverse=True)
    return [_log_row(attributes_of(entry.resource), entry.at) for entry in found]


def _log_row(attributes: Resource, at: datetime) -> LogRow:
    return LogRow(
        time=at.strftime("%H:%M:%S"),
        status=str(attributes["status"]),
        service=str(attributes["service"]),
        host=str(attributes["host"]),
        message=str(attributes["message"]),
    )


def _title(definition: Resource) -> str:
    return str(definition.get("title") or "")


def _first_query(definition: Resource) -> Resource:
    """Of the first request, in the new spelling ("queries") or the old ("q")."""
    request = mapping(listing(definition["requests"])[0])
    if "q" in request:
        return {"query": request["q"]}
    queries = request.get("queries")
    if not isinstance(queries, list) or not queries:
        raise InvalidInput("the cell holds no query")
    return mapping(queries[0])


def _apm_query(asked: Resource) -> ApmQuery:
    try:
        return ApmQuery.model_validate(asked)
    except ValidationError as error:
        raise InvalidInput("the service's statistic cannot be read") from error


def _definition(cell: JsonValue) -> Resource:
    return mapping(attributes_of(mapping(cell))["definition"])
