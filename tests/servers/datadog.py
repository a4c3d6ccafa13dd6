"""Datadog's wire shapes, served from lists: what `dd_lib` is tried against."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

import httpx

from domain.evidence import DatadogEvent, Host, LogLine, MetricSeries, Monitor

Json = dict[str, Any]


class DatadogServer:
    """An httpx transport's handler.

    A search gives at most `page_size` items at once, whatever was asked for.
    """

    def __init__(
        self,
        *,
        logs: Sequence[LogLine] = (),
        events: Sequence[DatadogEvent] = (),
        hosts: Sequence[Host] = (),
        monitors: Sequence[Monitor] = (),
        series: Sequence[MetricSeries] = (),
        page_size: int = 2,
    ) -> None:
        self.notebooks: dict[int, Json] = {}
        self._logs = [(line.logged_at, _wire_log(line)) for line in logs]
        self._events = [(event.happened_at, _wire_event(event)) for event in events]
        self._hosts = [_wire_host(host) for host in hosts]
        self._monitors = {monitor.monitor_id: _wire_monitor(monitor) for monitor in monitors}
        self._series = series
        self._page_size = page_size
        self._cell_numbers = count(1)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        routes: Mapping[tuple[str, str], Callable[[httpx.Request], httpx.Response]] = {
            ("POST", "/api/v2/logs/events/search"): lambda asked: self._search(asked, self._logs),
            ("POST", "/api/v2/events/search"): lambda asked: self._search(asked, self._events),
            ("GET", "/api/v1/hosts"): self._list_hosts,
            ("GET", "/api/v1/monitor"): self._get_monitor,
            ("POST", "/api/v2/query/timeseries"): self._query,
            ("GET", "/api/v1/notebooks"): self._notebook_or_list,
            ("POST", "/api/v1/notebooks"): self._create_notebook,
            ("PUT", "/api/v1/notebooks"): self._put_notebook,
            ("GET", "/api/v2/validate_keys"): lambda _: httpx.Response(200, json={"status": "ok"}),
        }
        head, _, tail = request.url.path.rpartition("/")
        path = head if tail.isdigit() else request.url.path
        route = routes.get((request.method, path))
        return route(request) if route else _refuse(404, "Not Found")

    def add_cell(self, notebook_id: int, definition: Json) -> str:
        """What a person does in Datadog's editor. Returns the cell's id."""
        cell = {"type": "notebook_cells", "attributes": {"definition": definition}}
        self.notebooks[notebook_id]["cells"].append(self._with_id(cell))
        cell_id: str = self.notebooks[notebook_id]["cells"][-1]["id"]
        return cell_id

    def _search(
        self, request: httpx.Request, items: Sequence[tuple[datetime, Json]]
    ) -> httpx.Response:
        """The cursor is the number of items already given."""
        asked = json.loads(request.content)
        start, end = (datetime.fromisoformat(asked["filter"][name]) for name in ("from", "to"))
        found = [(at, item) for at, item in items if start <= at <= end]
        found.sort(key=lambda dated: dated[0], reverse=asked.get("sort") == "-timestamp")
        given = int(asked["page"].get("cursor", 0))
        end_of_page = given + min(asked["page"]["limit"], self._page_size)
        answer: Json = {"data": [item for _, item in found[given:end_of_page]]}
        if end_of_page < len(found):
            answer["meta"] = {"page": {"after": str(end_of_page)}, "status": "done"}
        return httpx.Response(200, json=answer)

    def _list_hosts(self, request: httpx.Request) -> httpx.Response:
        wanted = request.url.params["filter"]
        found = [host for host in self._hosts if wanted in host["name"]]
        start = int(request.url.params["start"])
        page = found[start : start + self._page_size]
        return httpx.Response(
            200,
            json={"host_list": page, "total_matching": len(found), "total_returned": len(page)},
        )

    def _get_monitor(self, request: httpx.Request) -> httpx.Response:
        monitor = self._monitors.get(_id_in(request))
        return httpx.Response(200, json=monitor) if monitor else _refuse(404, "Monitor not found")

    def _query(self, request: httpx.Request) -> httpx.Response:
        attributes = json.loads(request.content)["data"]["attributes"]
        query = attributes["queries"][0]["query"]
        found = [series for series in self._series if series.query == query]
        span = (attributes["from"], attributes["to"])
        return httpx.Response(200, json=_wire_series(found, span))

    def _notebook_or_list(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/api/v1/notebooks":
            return self._one(_id_in(request))
        wanted = request.url.params["query"]
        found = [key for key, notebook in self.notebooks.items() if wanted in notebook["name"]]
        return httpx.Response(200, json={"data": [self._resource(key) for key in found]})

    def _create_notebook(self, request: httpx.Request) -> httpx.Response:
        notebook_id = 1000 + len(self.notebooks)
        self._store(notebook_id, request)
        return self._one(notebook_id)

    def _put_notebook(self, request: httpx.Request) -> httpx.Response:
        if _id_in(request) in self.notebooks:
            self._store(_id_in(request), request)
        return self._one(_id_in(request))

    def _store(self, notebook_id: int, request: httpx.Request) -> None:
        attributes = json.loads(request.content)["data"]["attributes"]
        attributes["cells"] = [self._with_id(cell) for cell in attributes["cells"]]
        self.notebooks[notebook_id] = attributes

    def _one(self, notebook_id: int) -> httpx.Response:
        if notebook_id not in self.notebooks:
            return _refuse(404, "Notebook not found")
        return httpx.Response(200, json={"data": self._resource(notebook_id)})

    def _resource(self, notebook_id: int) -> Json:
        return {"type": "notebooks", "id": notebook_id, "attributes": self.notebooks[notebook_id]}

    def _with_id(self, cell: Json) -> Json:
        """As Datadog does: new cells get an id of eight characters, and graphs a size."""
        attributes = dict(cell["attributes"])
        if attributes["definition"]["type"] != "markdown":
            attributes.setdefault("graph_size", "m")
        named = cell.get("id") or f"cell{next(self._cell_numbers):04}"
        return {"type": cell["type"], "id": named, "attributes": attributes}


def _refuse(status: int, text: str) -> httpx.Response:
    return httpx.Response(status, json={"errors": [text]})


def _id_in(request: httpx.Request) -> int:
    return int(request.url.path.rpartition("/")[2])


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _wire_log(line: LogLine) -> Json:
    attributes: Json = {
        "timestamp": line.logged_at.isoformat(timespec="milliseconds"),
        "attributes": {"trace_id": line.trace_id} if line.trace_id else {},
        **line.model_dump(include={"message", "status", "service", "host", "tags"}),
    }
    return {"id": "AQAAAY", "type": "log", "attributes": attributes}


def _wire_event(event: DatadogEvent) -> Json:
    details = {
        "evt": {"id": event.event_id, "uid": "AZ"},
        "title": event.title,
        "source_type_name": event.source,
        "timestamp": _milliseconds(event.happened_at),
    }
    attributes = {
        "timestamp": event.happened_at.isoformat(timespec="milliseconds"),
        "message": event.text,
        "tags": list(event.tags),
        "attributes": details,
    }
    return {"id": "AwAAAY", "type": "event", "attributes": attributes}


def _wire_host(host: Host) -> Json:
    metrics = host.model_dump(include={"cpu", "iowait", "load"}, exclude_none=True)
    return {
        "name": host.name,
        "host_name": host.name,
        "up": host.up,
        "is_muted": host.muted,
        "mute_timeout": None,
        "apps": list(host.apps),
        "sources": list(host.sources),
        "tags_by_source": {"Datadog": list(host.tags)},
        "metrics": metrics,
    }


def _wire_monitor(monitor: Monitor) -> Json:
    return {
        "id": monitor.monitor_id,
        "overall_state": monitor.state,
        "creator": {"name": monitor.creator or None, "handle": ""},
        "priority": None,
        **monitor.model_dump(include={"name", "type", "query", "message"}),
        "tags": list(monitor.tags),
    }


def _wire_series(found: Sequence[MetricSeries], span: tuple[int, int]) -> Json:
    """One row of times for all; a series without a point there has a null."""
    rows = [{_milliseconds(point.at): point.value for point in series.points} for series in found]
    times = sorted({time for row in rows for time in row if span[0] <= time <= span[1]})
    series = [
        {
            "group_tags": [tag for tag in one.scope.split(",") if tag],
            "query_index": 0,
            "unit": [{"name": one.unit}, None] if one.unit else None,
        }
        for one in found
    ]
    attributes = {"series": series, "times": times, "values": [[*map(r.get, times)] for r in rows]}
    return {"data": {"id": "0", "type": "timeseries_response", "attributes": attributes}}
