"""Links lead to the incident's own minutes, with every value as it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence import Window
from domain.links import Links
from domain.query import term
from tests.factories import a_window

START, END = "1767353700000", "1767355500000"  # 2026-01-02 11:35 and 12:05 UTC
FROM_TO = {"from_ts": START, "to_ts": END, "live": "false"}
START_END = {"start": START, "end": END, "paused": "true"}

PAGES: list[tuple[Callable[[Links], str], str, dict[str, str]]] = [
    (lambda to: to.monitor(42), "/monitors/42", FROM_TO),
    (
        lambda to: to.monitor(42, "host:a,env:b"),
        "/monitors/42",
        {"group": "host:a,env:b"} | FROM_TO,
    ),
    (lambda to: to.monitor_edit(42), "/monitors/42/edit", {}),
    (lambda to: to.logs("a b"), "/logs", {"query": "a b"} | FROM_TO),
    (lambda to: to.host_logs("h:1"), "/logs", {"query": 'host:"h:1"'} | FROM_TO),
    (lambda to: to.service_logs("cart"), "/logs", {"query": "service:cart"} | FROM_TO),
    (lambda to: to.error_logs(), "/logs", {"query": "status:error"} | FROM_TO),
    (lambda to: to.error_logs("env:a"), "/logs", {"query": "env:a status:error"} | FROM_TO),
    (
        lambda to: to.apm_service("a/b", "prod"),
        "/apm/entity/service%3Aa%2Fb",
        {"env": "prod"} | START_END,
    ),
    (lambda to: to.apm_service("cart"), "/apm/entity/service%3Acart", START_END),
    (lambda to: to.traces("service:cart"), "/apm/traces", {"query": "service:cart"} | START_END),
    (lambda to: to.error_traces("a:b"), "/apm/traces", {"query": "a:b status:error"} | START_END),
    (lambda to: to.trace("77"), "/apm/trace/77", {"timeHint": START}),
    (lambda to: to.host("web-1"), "/infrastructure", {"filter": "web-1"}),
    (
        lambda to: to.host_dashboard("web-1"),
        "/dash/integration/system_overview",
        {"tpl_var_scope": "host:web-1"} | FROM_TO,
    ),
    (lambda to: to.processes("web-1"), "/process", {"query": "host:web-1"} | FROM_TO),
    (
        lambda to: to.metrics_explorer("system.cpu.user", "host:a"),
        "/metric/explorer",
        {
            "exp_metric": "system.cpu.user",
            "exp_scope": "host:a",
            "exp_agg": "avg",
            "exp_row_type": "metric",
        }
        | FROM_TO,
    ),
    (lambda to: to.events("source:alert"), "/event/explorer", {"query": "source:alert"} | FROM_TO),
    (lambda to: to.event("8273645546372819001"), "/event/event", {"id": "8273645546372819001"}),
    (lambda to: to.databases("cart"), "/databases/list", {"query": "service:cart"} | START_END),
    (
        lambda to: to.monitor(42, event_id="77"),
        "/monitors/42",
        {"event_id": "77"} | FROM_TO,
    ),
    (lambda to: to.alerting_monitors(), "/monitors/manage", {"q": "status:Alert"}),
    (lambda to: to.host_monitors("web-1"), "/monitors/manage", {"q": "scope:host:web-1"}),
    (lambda to: to.host_monitors("a b"), "/monitors/manage", {"q": 'scope:host:"a b"'}),
    (
        lambda to: to.log_counts("env:prod", "host"),
        "/logs/analytics",
        {"query": "env:prod", "index": "*", "agg_m": "count", "agg_t": "count", "agg_q": "host"}
        | FROM_TO,
    ),
    (lambda to: to.error_issue("i-1"), "/error-tracking/unified", {"issueId": "i-1"} | FROM_TO),
    (lambda to: to.trace("77", "8"), "/apm/trace/77", {"spanID": "8", "timeHint": START}),
    (lambda to: to.host_map("web-1"), "/infrastructure/map", {"filter": "host:web-1"}),
    (
        lambda to: to.database_host('db"1'),
        "/databases",
        {"dbPanels": '[{"t":"dbHostPanel","h":"db\\"1"}]'} | START_END,
    ),
    (lambda to: to.database_queries("a:b"), "/databases/queries", {"query": "a:b"} | START_END),
    (lambda to: to.database_samples("a:b"), "/databases/samples", {"query": "a:b"} | START_END),
    (
        lambda to: to.dashboard("abc-123", env="prod"),
        "/dashboard/abc-123",
        {"tpl_var_env": "prod"} | FROM_TO,
    ),
    (lambda to: to.incident(12), "/incidents/12", {}),
    (lambda to: to.slo("a1"), "/slo/a1", {}),
    (lambda to: to.synthetic_test("abc-def-ghi"), "/synthetics/details/abc-def-ghi", {}),
    (lambda to: to.notebook(9), "/notebook/9", {}),
]


@pytest.mark.parametrize(("make", "path", "parameters"), PAGES)
def test_a_link_has_its_path_and_the_window(
    make: Callable[[Links], str], path: str, parameters: dict[str, str]
) -> None:
    url = urlsplit(make(Links("https://app.datadoghq.com/", a_window())))

    assert f"{url.scheme}://{url.netloc}{url.path}" == f"https://app.datadoghq.com{path}"
    assert parse_qs(url.query) == {key: [value] for key, value in parameters.items()}


@given(name=st.text(min_size=1))
def test_a_name_can_never_change_the_address(name: str) -> None:
    url = urlsplit(Links("https://app.datadoghq.com", a_window()).apm_service(name, name))

    assert url.netloc == "app.datadoghq.com"
    assert url.path.count("/") == 3
    assert url.fragment == ""
    assert set(parse_qs(url.query)) == {"env", "start", "end", "paused"}


@given(value=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_query_arrives_as_it_was_built(value: str) -> None:
    query = term("service", value)
    url = urlsplit(Links("https://app.datadoghq.com", a_window()).logs(query))

    assert parse_qs(url.query).get("query", [""]) == [query]


def test_times_are_exact_to_the_millisecond() -> None:
    start = datetime(2026, 1, 2, 12, 0, 0, 123_999, tzinfo=UTC)
    window = Window(start=start, end=start)

    assert "from_ts=1767355200123&" in Links("https://x.example", window).logs("a")
