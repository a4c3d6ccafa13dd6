"""Our dashboards and monitors, and what they ask for."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import promql_parser
from datadog_api_client import ApiClient, Configuration

FOLDER = Path(__file__).parents[2] / "assets" / "dashboards"


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


DASHBOARD, MONITORS = read("datadog-dashboard.json"), read("datadog-monitors.json")
GRAFANA = read("grafana-dashboard.json")


def datadog_queries() -> Iterator[str]:
    for found in walk(DASHBOARD):
        if found.get("data_source") == "metrics":
            yield found["query"]
    yield from (monitor["query"] for monitor in MONITORS)


def grafana_expressions() -> list[str]:
    found = [panel["targets"] for panel in GRAFANA["panels"] if panel["type"] != "row"]
    return [target["expr"] for targets in found for target in targets]


@cache
def selectors(expression: str) -> dict[str, frozenset[str]]:
    """The metrics that an expression asks for, and the labels that it chooses by."""
    parsed = promql_parser.parse(expression.replace("$__rate_interval", "5m"))
    return dict(_selectors(parsed))


def _selectors(node: object) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(node, promql_parser.VectorSelector):
        yield str(node.name), frozenset(one.name for one in node.matchers.matchers)
        return
    for part in ("expr", "lhs", "rhs", "vector_selector"):
        if hasattr(node, part):
            yield from _selectors(getattr(node, part))
    for argument in getattr(node, "args", ()):
        yield from _selectors(argument)


def understood(model: type, body: dict[str, Any]) -> object:
    with ApiClient(Configuration()) as client:  # type: ignore[no-untyped-call]  # ships half its types
        return client.deserialize(json.dumps(body), (model,), check_type=True)


def walk(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from walk(part)
    elif isinstance(node, list):
        for part in node:
            yield from walk(part)


def lost(ours: object, theirs: object, place: str = "") -> Iterator[str]:
    """What did not survive being read and written by somebody else's types."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name, part in ours.items():
            yield from lost(part, theirs.get(name, "nothing"), f"{place}.{name}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (part, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from lost(part, other, f"{place}[{number}]")
    elif ours != theirs:
        yield f"{place}: {ours!r} became {theirs!r}"
