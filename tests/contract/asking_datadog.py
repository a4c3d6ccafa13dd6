"""All that `dd_lib` can ask of a Datadog, with what was said on both sides."""

from dataclasses import dataclass, field

import httpx

from dd_lib.datadog import DatadogApi
from domain.evidence import Window
from domain.notebook import (
    LogStreamCell,
    MarkdownCell,
    NotebookChange,
    ServiceGraphCell,
    TimeseriesCell,
)
from tests.conformance.oracle import Oracle
from tests.factories import a_notebook

EVERY_CELL = (
    MarkdownCell(text="# What happened"),
    TimeseriesCell(title="Errors", query="avg:checkout.errors{service:checkout} by {host}"),
    ServiceGraphCell(title="Error rate", service="checkout", env="prod", statistic="error_rate"),
    LogStreamCell(title="Logs", query='service:checkout "connection reset"'),
)


@dataclass(frozen=True)
class Exchange:
    request: httpx.Request
    status: int
    answer: bytes

    @property
    def name(self) -> str:
        return f"{self.request.method} {self.request.url}"

    @property
    def path(self) -> str:
        """As it was sent: a slash inside a name is still in disguise."""
        return self.request.url.raw_path.decode().partition("?")[0]

    def request_violations(self, oracle: Oracle) -> list[str]:
        asked = self.request
        query = asked.url.params.multi_items()
        return oracle.violations(asked.method, self.path, query, list(asked.headers), asked.content)

    def answer_violations(self, oracle: Oracle) -> list[str]:
        asked = self.request
        return oracle.response_violations(asked.method, self.path, self.status, self.answer)


@dataclass
class Overheard(httpx.AsyncBaseTransport):
    """Passes everything on and keeps it."""

    inner: httpx.AsyncBaseTransport
    exchanges: list[Exchange] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        response = await self.inner.handle_async_request(request)
        answer = await response.aread()
        self.exchanges.append(Exchange(request, response.status_code, answer))
        return response


@dataclass(frozen=True)
class Subjects:
    """What to ask about."""

    window: Window
    host: str
    monitor_id: int
    metric: str


async def ask_everything(inner: httpx.AsyncBaseTransport, subjects: Subjects) -> list[Exchange]:
    """At least one exchange for each thing that the client can do."""
    overheard = Overheard(inner)
    api = DatadogApi.connect(
        api_url="https://api.datadog.test",
        app_url="https://app.datadog.test",
        api_key="key",
        app_key="app",
        transport=overheard,
    )
    window = subjects.window
    notebook = a_notebook(cells=EVERY_CELL, window=window)
    await api.check_keys()
    await api.search_logs("*", window, limit=10)
    await api.search_events("*", window, limit=10)
    await api.find_host(subjects.host)
    await api.get_monitor(subjects.monitor_id)
    await api.query_metric(subjects.metric, window)
    created = await api.create_notebook(notebook)
    await api.find_notebook(notebook.key)
    change = NotebookChange(notebook=notebook, own_cell_ids=created.cell_ids[1:])
    await api.change_notebook(created.id, change)
    await api.aclose()
    return overheard.exchanges
