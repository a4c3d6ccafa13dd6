"""Datadog as Rayne's activities see it: the ports, put together from the resources."""

from datetime import timedelta
from typing import Self

import httpx

from dd_lib import (
    downtimes,
    events,
    hosts,
    logs,
    metrics,
    monitors,
    notebooks,
    service_health,
    span_records,
    validation,
)
from dd_lib.client import DEFAULT_TIMEOUT, DatadogClient
from dd_lib.toolbox import DatadogToolbox
from domain.downtimes import Downtime, DowntimeRequest
from domain.evidence import Host, MetricSeries, Monitor, Window
from domain.notebook import Notebook, NotebookChange, NotebookReference
from domain.ports import Events, Logs, Spans
from domain.telemetry import Watch


class DatadogApi:
    """Implements `domain.ports.Datadog` and `domain.ports.Downtimes`.

    What no port names is asked of the resources themselves, with a `DatadogClient`.
    """

    def __init__(self, client: DatadogClient, app_url: str) -> None:
        self._client = client
        self._app_url = app_url.rstrip("/")

    @classmethod
    def connect(
        cls,
        *,
        api_url: str,
        app_url: str,
        api_key: str,
        app_key: str,
        timeout: timedelta = DEFAULT_TIMEOUT,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> "DatadogApi":
        """Does not ask anything yet. `timeout` bounds each request, `transport` is the network.

        Raises Misconfigured for keys that cannot be keys.
        """
        client = DatadogClient.connect(
            api_url=api_url,
            api_key=api_key,
            app_key=app_key,
            timeout=timeout,
            transport=transport,
        )
        return cls(client, app_url)

    def watched_by(self, watch: Watch) -> Self:
        self._client.watched_by(watch)
        return self

    async def search_logs(self, query: str, window: Window, *, limit: int) -> Logs:
        return await logs.search_logs(self._client, query, window, limit)

    async def search_events(self, query: str, window: Window, *, limit: int) -> Events:
        return await events.search_events(self._client, query, window, limit)

    async def find_host(self, name: str) -> Host | None:
        return await hosts.find_host(self._client, name)

    async def get_monitor(self, monitor_id: int) -> Monitor:
        return await monitors.get_monitor(self._client, monitor_id)

    async def query_metric(self, query: str, window: Window) -> tuple[MetricSeries, ...]:
        return await metrics.query_metric(self._client, query, window)

    async def search_spans(self, query: str, window: Window, *, limit: int) -> Spans:
        return await span_records.search_span_records(self._client, query, window, limit)

    async def service_health(
        self, service: str, env: str, window: Window
    ) -> tuple[MetricSeries, ...]:
        found = await service_health.get_service_health(self._client, service, window, env=env)
        scope = ",".join(f"{key}:{v}" for key, v in (("service", service), ("env", env)) if v)
        return tuple(series.model_copy(update={"scope": scope}) for series in found.values())

    async def find_notebook(self, key: str) -> NotebookReference | None:
        return await notebooks.find_notebook(self._client, self._app_url, key)

    async def create_notebook(self, notebook: Notebook) -> NotebookReference:
        return await notebooks.create_notebook(self._client, self._app_url, notebook)

    async def change_notebook(self, notebook_id: int, change: NotebookChange) -> NotebookReference:
        return await notebooks.change_notebook(self._client, self._app_url, notebook_id, change)

    async def find_downtime(self, key: str) -> Downtime | None:
        return await downtimes.find_downtime(self._client, key)

    async def create_downtime(self, request: DowntimeRequest) -> Downtime:
        return await downtimes.create_downtime(self._client, request)

    async def cancel_downtime(self, id: str) -> None:
        await downtimes.cancel_downtime(self._client, id)

    def toolbox(self) -> DatadogToolbox:
        """Asks over the same connections, so that both keep to the same rate limits."""
        return DatadogToolbox(self._client)

    async def check_keys(self) -> None:
        """Raises Misconfigured where Datadog refuses either key."""
        await validation.check_keys(self._client)

    async def aclose(self) -> None:
        await self._client.aclose()
