"""Links into Datadog's pages, always for the incident's own minutes and never for "the last 30".

Datadog publishes no contract for these addresses, so each stands once, in the table below. Two
families of time parameters exist, both in epoch milliseconds.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote, urlencode

from domain.evidence import Window
from domain.query import all_of, term

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ERRORS = term("status", "error")

Parameters = dict[str, str]


def _no_time(_: Window) -> Parameters:
    return {}


def _from_to(window: Window) -> Parameters:
    times = {"from_ts": _milliseconds(window.start), "to_ts": _milliseconds(window.end)}
    return {**times, "live": "false"}


def _start_end(window: Window) -> Parameters:
    times = {"start": _milliseconds(window.start), "end": _milliseconds(window.end)}
    return {**times, "paused": "true"}


def _milliseconds(moment: datetime) -> str:
    return str((moment - _EPOCH) // timedelta(milliseconds=1))


class _Page(NamedTuple):
    path: str
    times: Callable[[Window], Parameters]


_PAGES = {
    "apm service": _Page("/apm/entity/service%3A{}", _start_end),
    "databases": _Page("/databases/list", _start_end),
    "event": _Page("/event/event", _no_time),
    "events": _Page("/event/explorer", _from_to),
    "host": _Page("/infrastructure", _no_time),
    "host dashboard": _Page("/dash/integration/system_overview", _from_to),
    "logs": _Page("/logs", _from_to),
    "metrics": _Page("/metric/explorer", _from_to),
    "monitor": _Page("/monitors/{}", _from_to),
    "monitor edit": _Page("/monitors/{}/edit", _no_time),
    "notebook": _Page("/notebook/{}", _no_time),
    "processes": _Page("/process", _from_to),
    "trace": _Page("/apm/trace/{}", _no_time),
    "traces": _Page("/apm/traces", _start_end),
}


class Links:
    """`app_url` is where people open Datadog. Queries come from `domain.query`; names are plain."""

    def __init__(self, app_url: str, window: Window) -> None:
        self._app_url = app_url.rstrip("/")
        self._window = window

    def monitor(self, monitor_id: int, group: str = "") -> str:
        return self._to("monitor", str(monitor_id), group=group)

    def monitor_edit(self, monitor_id: int) -> str:
        return self._to("monitor edit", str(monitor_id))

    def logs(self, query: str) -> str:
        return self._to("logs", query=query)

    def host_logs(self, host: str) -> str:
        return self.logs(term("host", host))

    def service_logs(self, service: str) -> str:
        return self.logs(term("service", service))

    def error_logs(self, query: str = "") -> str:
        """Errors only, of what `query` finds."""
        return self.logs(all_of(query, _ERRORS))

    def apm_service(self, service: str, env: str = "") -> str:
        return self._to("apm service", service, env=env)

    def traces(self, query: str) -> str:
        return self._to("traces", query=query)

    def error_traces(self, query: str) -> str:
        return self.traces(all_of(query, _ERRORS))

    def trace(self, trace_id: str) -> str:
        return self._to("trace", trace_id, timeHint=_milliseconds(self._window.start))

    def host(self, name: str) -> str:
        return self._to("host", filter=name)

    def host_dashboard(self, name: str) -> str:
        return self._to("host dashboard", tpl_var_scope=f"host:{name}")

    def processes(self, host: str) -> str:
        return self._to("processes", query=term("host", host))

    def metrics_explorer(self, metric: str, scope: str = "") -> str:
        return self._to(
            "metrics", exp_metric=metric, exp_scope=scope, exp_agg="avg", exp_row_type="metric"
        )

    def events(self, query: str) -> str:
        return self._to("events", query=query)

    def event(self, event_id: str) -> str:
        return self._to("event", id=event_id)

    def databases(self, service: str) -> str:
        return self._to("databases", query=term("service", service))

    def notebook(self, notebook_id: int) -> str:
        return self._to("notebook", str(notebook_id))

    def _to(self, name: str, part: str = "", **parameters: str) -> str:
        """Empty parameters are left out; the window's come last."""
        page = _PAGES[name]
        path = page.path.format(quote(part, safe="", errors="replace"))
        given = {key: value for key, value in parameters.items() if value}
        query = urlencode(given | page.times(self._window), quote_via=quote, errors="replace")
        return f"{self._app_url}{path}?{query}" if query else f"{self._app_url}{path}"
