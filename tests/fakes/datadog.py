"""Datadog in memory: answers from lists, keeps notebooks, fails on request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from domain.errors import NotFound, RayneError, Unavailable
from domain.evidence import (
    DatadogEvent,
    Host,
    LogLine,
    MetricSeries,
    Monitor,
    SpanRecord,
    Window,
)
from domain.notebook import Cell, Notebook, NotebookChange, NotebookReference
from domain.ports import Events, Logs, Spans

APP_URL = "https://app.datadoghq.com"


@dataclass
class StoredNotebook:
    """A notebook as Datadog has it: the latest state, and every cell, people's too, with its id."""

    notebook: Notebook
    cells: dict[str, Cell] = field(default_factory=dict)


class FakeDatadog:
    """`fails_with` is one error for every method, or errors by method name.

    With `loses_answers` the first create stores its notebook and then says Unavailable, as when a
    connection breaks between Datadog's write and its answer.
    """

    def __init__(
        self,
        *,
        logs: Sequence[LogLine] = (),
        events: Sequence[DatadogEvent] = (),
        hosts: Sequence[Host] = (),
        monitors: Sequence[Monitor] = (),
        series: Sequence[MetricSeries] = (),
        spans: Sequence[SpanRecord] = (),
        health: Sequence[MetricSeries] = (),
        fails_with: RayneError | Mapping[str, RayneError] | None = None,
        loses_answers: bool = False,
    ) -> None:
        self.logs = list(logs)
        self.events = list(events)
        self.hosts = list(hosts)
        self.monitors = list(monitors)
        self.series = list(series)
        self.spans = list(spans)
        self.health = list(health)
        self.fails_with = fails_with
        self.loses_answers = loses_answers
        self.notebooks: dict[int, StoredNotebook] = {}
        self.log_searches: list[tuple[str, Window]] = []
        self.event_searches: list[tuple[str, Window]] = []
        self.host_questions: list[str] = []
        self.monitor_questions: list[int] = []
        self.metric_questions: list[tuple[str, Window]] = []
        self.span_searches: list[tuple[str, Window]] = []
        self.health_questions: list[tuple[str, str, Window]] = []
        self._cell_numbers = count(1)

    async def search_logs(self, query: str, window: Window, *, limit: int) -> Logs:
        self._fail("search_logs")
        self.log_searches.append((query, window))
        found = [line for line in self.logs if window.start <= line.logged_at <= window.end]
        found.sort(key=lambda line: line.logged_at)
        return Logs(lines=tuple(found[:limit]), partial=_cut(len(found), limit))

    async def search_events(self, query: str, window: Window, *, limit: int) -> Events:
        self._fail("search_events")
        self.event_searches.append((query, window))
        found = [event for event in self.events if window.start <= event.happened_at <= window.end]
        found.sort(key=lambda event: event.happened_at)
        return Events(events=tuple(found[:limit]), partial=_cut(len(found), limit))

    async def find_host(self, name: str) -> Host | None:
        self._fail("find_host")
        self.host_questions.append(name)
        return next((host for host in self.hosts if host.name == name), None)

    async def get_monitor(self, monitor_id: int) -> Monitor:
        self._fail("get_monitor")
        self.monitor_questions.append(monitor_id)
        for monitor in self.monitors:
            if monitor.monitor_id == monitor_id:
                return monitor
        raise NotFound(f"no monitor {monitor_id}")

    async def query_metric(self, query: str, window: Window) -> tuple[MetricSeries, ...]:
        self._fail("query_metric")
        self.metric_questions.append((query, window))
        return tuple(_within(series, window) for series in self.series if series.query == query)

    async def search_spans(self, query: str, window: Window, *, limit: int) -> Spans:
        self._fail("search_spans")
        self.span_searches.append((query, window))
        found = [span for span in self.spans if window.start <= span.started_at <= window.end]
        found.sort(key=lambda span: span.started_at)
        return Spans(spans=tuple(found[:limit]), partial=_cut(len(found), limit))

    async def service_health(
        self, service: str, env: str, window: Window
    ) -> tuple[MetricSeries, ...]:
        """Of the given series, those whose scope begins with the service's tag."""
        self._fail("service_health")
        self.health_questions.append((service, env, window))
        ours = (one for one in self.health if one.scope.split(",")[0] == f"service:{service}")
        return tuple(_within(series, window) for series in ours)

    async def find_notebook(self, key: str) -> NotebookReference | None:
        self._fail("find_notebook")
        for notebook_id, stored in sorted(self.notebooks.items()):
            if key in stored.notebook.name:
                return _reference(notebook_id, tuple(stored.cells))
        return None

    async def create_notebook(self, notebook: Notebook) -> NotebookReference:
        self._fail("create_notebook")
        notebook_id = 1000 + len(self.notebooks)
        stored = StoredNotebook(notebook, {self._new_id(): cell for cell in notebook.cells})
        self.notebooks[notebook_id] = stored
        if self.loses_answers:
            self.loses_answers = False
            raise Unavailable("the connection broke before the answer came")
        return _reference(notebook_id, tuple(stored.cells))

    async def change_notebook(self, notebook_id: int, change: NotebookChange) -> NotebookReference:
        self._fail("change_notebook")
        if notebook_id not in self.notebooks:
            raise NotFound(f"no notebook {notebook_id}")
        before, wanted = self.notebooks[notebook_id].cells, change.notebook.cells
        # A cell that says what a wanted one says is left of a change whose answer was lost.
        old_ids = [
            key for key, cell in before.items() if key in change.own_cell_ids or cell in wanted
        ]
        theirs = {key: cell for key, cell in before.items() if key not in old_ids}
        own_ids = [*old_ids, *(self._new_id() for _ in wanted[len(old_ids) :])][: len(wanted)]
        own = dict(zip(own_ids, wanted, strict=True))
        self.notebooks[notebook_id] = StoredNotebook(change.notebook, own | theirs)
        return _reference(notebook_id, tuple(own))

    def add_cell(self, notebook_id: int, cell: Cell) -> str:
        """What a person does in Datadog's editor. Returns the cell's id."""
        cell_id = self._new_id()
        self.notebooks[notebook_id].cells[cell_id] = cell
        return cell_id

    def _new_id(self) -> str:
        return f"cell{next(self._cell_numbers):04}"

    def _fail(self, method: str) -> None:
        error = self.fails_with
        if isinstance(error, Mapping):
            error = error.get(method)
        if error:
            raise error


def _cut(found: int, limit: int) -> str:
    return f"stopped at the first {limit}; there may be more" if found > limit else ""


def _within(series: MetricSeries, window: Window) -> MetricSeries:
    points = tuple(point for point in series.points if window.start <= point.at <= window.end)
    return series.model_copy(update={"points": points})


def _reference(notebook_id: int, cell_ids: tuple[str, ...]) -> NotebookReference:
    return NotebookReference(
        id=notebook_id, url=f"{APP_URL}/notebook/{notebook_id}", cell_ids=cell_ids
    )
