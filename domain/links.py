"""Links into Datadog's pages, always for the incident's own minutes and never for "the last 30".

Datadog publishes no contract for these addresses, so each stands once, in the table below. Two
families of time parameters exist, both in epoch milliseconds.
"""

import json
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
    "dashboard": _Page("/dashboard/{}", _from_to),
    "database host": _Page("/databases", _start_end),
    "database queries": _Page("/databases/queries", _start_end),
    "database samples": _Page("/databases/samples", _start_end),
    "databases": _Page("/databases/list", _start_end),
    "error tracking": _Page("/error-tracking/unified", _from_to),
    "event": _Page("/event/event", _no_time),
    "events": _Page("/event/explorer", _from_to),
    "host": _Page("/infrastructure", _no_time),
    "host dashboard": _Page("/dash/integration/system_overview", _from_to),
    "host map": _Page("/infrastructure/map", _no_time),
    "incident": _Page("/incidents/{}", _no_time),
    "log analytics": _Page("/logs/analytics", _from_to),
    "logs": _Page("/logs", _from_to),
    "metrics": _Page("/metric/explorer", _from_to),
    "monitor": _Page("/monitors/{}", _from_to),
    "monitor edit": _Page("/monitors/{}/edit", _no_time),
    "monitors": _Page("/monitors/manage", _no_time),
    "notebook": _Page("/notebook/{}", _no_time),
    "processes": _Page("/process", _from_to),
    "slo": _Page("/slo/{}", _no_time),
    "synthetics": _Page("/synthetics/details/{}", _no_time),
    "trace": _Page("/apm/trace/{}", _no_time),
    "traces": _Page("/apm/traces", _start_end),
}


class Links:
    """`app_url` is where people open Datadog. Queries come from `domain.query`; names are plain."""

    def __init__(self, app_url: str, window: Window) -> None:
        self._app_url = app_url.rstrip("/")
        self._window = window

    def monitor(self, monitor_id: int, group: str = "", event_id: str = "") -> str:
        return self._to("monitor", str(monitor_id), group=group, event_id=event_id)

    def monitor_edit(self, monitor_id: int) -> str:
        return self._to("monitor edit", str(monitor_id))

    def monitors(self, query: str) -> str:
        """`query` in the syntax of monitor searches, such as status:Alert."""
        return self._to("monitors", q=query)

    def alerting_monitors(self) -> str:
        return self.monitors(term("status", "Alert"))

    def host_monitors(self, host: str) -> str:
        return self.monitors(f"scope:{term('host', host)}")

    def logs(self, query: str) -> str:
        return self._to("logs", query=query)

    def host_logs(self, host: str) -> str:
        return self.logs(term("host", host))

    def service_logs(self, service: str) -> str:
        return self.logs(term("service", service))

    def error_logs(self, query: str = "") -> str:
        """Errors only, of what `query` finds."""
        return self.logs(all_of(query, _ERRORS))

    def log_counts(self, query: str, facet: str = "service") -> str:
        """How many there are over time, by a facet."""
        return self._to(
            "log analytics",
            query=query,
            index="*",
            agg_m="count",
            agg_t="count",
            agg_q=facet,
        )

    def error_issue(self, issue_id: str) -> str:
        return self._to("error tracking", issueId=issue_id)

    def apm_service(self, service: str, env: str = "") -> str:
        return self._to("apm service", service, env=env)

    def traces(self, query: str) -> str:
        return self._to("traces", query=query)

    def error_traces(self, query: str) -> str:
        return self.traces(all_of(query, _ERRORS))

    def trace(self, trace_id: str, span_id: str = "") -> str:
        time = _milliseconds(self._window.start)
        return self._to("trace", trace_id, spanID=span_id, timeHint=time)

    def host(self, name: str) -> str:
        return self._to("host", filter=name)

    def host_dashboard(self, name: str) -> str:
        return self._to("host dashboard", tpl_var_scope=f"host:{name}")

    def host_map(self, name: str) -> str:
        return self._to("host map", filter=term("host", name))

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

    def database_host(self, host: str) -> str:
        """With the panel of that host open."""
        panel = json.dumps([{"t": "dbHostPanel", "h": host}], separators=(",", ":"))
        return self._to("database host", dbPanels=panel)

    def database_queries(self, query: str) -> str:
        return self._to("database queries", query=query)

    def database_samples(self, query: str) -> str:
        return self._to("database samples", query=query)

    def dashboard(self, dashboard_id: str, **variables: str) -> str:
        """`variables` are the dashboard's own, by name."""
        chosen = {f"tpl_var_{name}": value for name, value in variables.items()}
        return self._to("dashboard", dashboard_id, **chosen)

    def incident(self, public_id: int) -> str:
        """An incident of Datadog's, not of Rayne's."""
        return self._to("incident", str(public_id))

    def slo(self, slo_id: str) -> str:
        return self._to("slo", slo_id)

    def synthetic_test(self, public_id: str) -> str:
        return self._to("synthetics", public_id)

    def notebook(self, notebook_id: int) -> str:
        return self._to("notebook", str(notebook_id))

    def _to(self, name: str, part: str = "", **parameters: str) -> str:
        """Empty parameters are left out; the window's come last."""
        page = _PAGES[name]
        path = page.path.format(quote(part, safe="", errors="replace"))
        given = {key: value for key, value in parameters.items() if value}
        query = urlencode(given | page.times(self._window), quote_via=quote, errors="replace")
        return f"{self._app_url}{path}?{query}" if query else f"{self._app_url}{path}"
