"""Dashboards and monitors are what their importers take, and ask for metrics that there are."""

import json
import re
from typing import Any

import pytest
from datadog_api_client.v1.model.dashboard import Dashboard
from datadog_api_client.v1.model.monitor import Monitor
from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard as GrafanaDashboard

from tests.conformance.oracle import KEY_HEADERS, Oracle
from tests.conformance.specification import Specification
from tests.conformance.strict_walk import known_parts, strangers
from tests.contract.dashboards import (
    DASHBOARD,
    GRAFANA,
    MONITORS,
    datadog_queries,
    grafana_expressions,
    lost,
    selectors,
    understood,
)
from tests.documented_metrics import documented

HEADERS = (*KEY_HEADERS.values(), "content-type")
IN_DATADOG = {name: row for row in documented().values() for name in row.in_datadog}
IN_PROMETHEUS = {name: row for row in documented().values() for name in row.series}
ADDED = {"env", "host", "instance", "job", "le"}  # by who scrapes, or by the format


def by_name(monitor: dict[str, Any]) -> str:
    return str(monitor["name"]).removeprefix("Rayne: ").replace(" ", "-")


@pytest.fixture(scope="module")
def importer(datadog_specification: Specification) -> Oracle:
    return Oracle({"v1": datadog_specification.imports}, datadog_specification.paths)


def test_datadogs_description_takes_the_dashboard(importer: Oracle) -> None:
    body = json.dumps(DASHBOARD).encode()

    assert importer.violations("POST", "/api/v1/dashboard", (), HEADERS, body) == []


def test_a_dashboard_with_a_typo_is_not_taken(importer: Oracle) -> None:
    body = json.dumps(DASHBOARD).replace('"display_type": "bars"', '"display_type": "bar"').encode()

    assert importer.violations("POST", "/api/v1/dashboard", (), HEADERS, body)


@pytest.mark.parametrize("monitor", MONITORS, ids=by_name)
def test_datadogs_description_takes_the_monitor(importer: Oracle, monitor: dict[str, Any]) -> None:
    body = json.dumps(monitor).encode()

    assert importer.violations("POST", "/api/v1/monitor", (), HEADERS, body) == []


@pytest.mark.parametrize(
    ("model", "body"),
    [(Dashboard, DASHBOARD), *((Monitor, monitor) for monitor in MONITORS)],
    ids=["dashboard", *map(by_name, MONITORS)],
)
def test_the_official_client_knows_every_part(model: type, body: dict[str, Any]) -> None:
    parsed = understood(model, body)

    assert strangers(parsed) == []
    assert known_parts(parsed) > 5


@pytest.mark.parametrize("monitor", MONITORS, ids=by_name)
def test_a_monitor_alerts_where_its_query_says(monitor: dict[str, Any]) -> None:
    """Datadog refuses a threshold that the query does not have."""
    threshold = re.search(r"[<>]=? ([0-9.]+)$", monitor["query"])

    assert threshold
    assert float(threshold[1]) == monitor["options"]["thresholds"]["critical"]
    assert "service:rayne" in monitor["tags"]


@pytest.mark.parametrize("query", sorted(set(datadog_queries())))
def test_datadog_is_asked_for_documented_metrics_by_their_labels(query: str) -> None:
    asked = re.findall(r"(?:max|min|sum|avg):([\w.]+)\{([^}]*)\}(?: by \{([^}]*)\})?", query)

    assert asked
    for name, scope, by in asked:
        assert name in IN_DATADOG
        labels = {*re.findall(r"(\w+)(?: IN |:)", scope), *filter(None, by.split(","))}
        assert labels <= IN_DATADOG[name].labels | ADDED
        is_counted = name.endswith((".count", ".sum"))
        assert is_counted == (".as_count()" in query or ".as_rate()" in query)


def test_what_every_process_reads_in_the_database_is_never_added_up() -> None:
    shared = {name for name, row in IN_DATADOG.items() if row.of == "database"}
    added = {name for query in datadog_queries() for name in re.findall(r"sum:([\w.]+)", query)}
    added_in_grafana = {
        name
        for expression in grafana_expressions()
        if expression.startswith("sum")
        for name in selectors(expression)
    }

    assert not added & shared
    assert not {IN_PROMETHEUS[name].name for name in added_in_grafana if is_shared(name)}


def is_shared(name: str) -> bool:
    return IN_PROMETHEUS[name].of == "database"


def test_grafanas_own_types_know_every_part() -> None:
    plugins.register_default_plugins()

    again = json.loads(JSONEncoder().encode(GrafanaDashboard.from_json(GRAFANA)))

    assert list(lost(GRAFANA, again)) == []


def test_grafanas_panels_have_ids_of_their_own_and_none_covers_another() -> None:
    panels = GRAFANA["panels"]
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


@pytest.mark.parametrize("expression", sorted(set(grafana_expressions())))
def test_prometheus_is_asked_for_documented_metrics_by_their_labels(expression: str) -> None:
    found = selectors(expression)

    assert found
    for name, labels in found.items():
        assert name in IN_PROMETHEUS
        assert labels <= IN_PROMETHEUS[name].labels | ADDED
