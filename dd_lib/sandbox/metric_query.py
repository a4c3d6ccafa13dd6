"""Reads a metric query: "avg:system.cpu.user{env:prod} by {host}.rollup(max, 60)"."""

import re
from dataclasses import dataclass

from dd_lib.sandbox.reducers import METRIC, Reduce
from dd_lib.sandbox.search import Question, parse_query
from domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """`across` joins series of one group, `within` joins points of one series and interval."""

    metric: str
    scope: Question
    group_by: tuple[str, ...]
    across: Reduce
    within: Reduce
    interval_seconds: int | None  # None: the window decides


_QUERY = re.compile(
    r"""\s*(?:(?P<across>avg|sum|min|max|count)\s*:)?\s*
    (?P<metric>[A-Za-z][\w.]*)
    \s*\{(?P<scope>[^{}]*)\}
    (?:\s*by\s*\{(?P<by>[^{}]*)\})?
    (?P<functions>(?:\s*\.\s*\w+\([^()]*\))*)\s*\Z""",
    re.VERBOSE,
)
_FUNCTION = re.compile(r"\.\s*(?P<name>\w+)\((?P<arguments>[^()]*)\)")
_INSIDE = re.compile(
    r"(?P<key>[\w.@-]+)\s+(?P<no>NOT\s+)?IN\s*\((?P<values>[^()]*)\)", re.IGNORECASE
)


def parse_metric_query(text: str) -> MetricQuery:
    """Raises InvalidInput when it is not one plain metric with a scope. Averages unless told."""
    match = _QUERY.match(text)
    if not match:
        raise InvalidInput(f"the metric query {text[:200]!r} cannot be read")
    within, interval = _rollup(match["functions"])
    return MetricQuery(
        metric=match["metric"],
        scope=parse_scope(match["scope"]),
        group_by=tuple(key.strip() for key in (match["by"] or "").split(",") if key.strip()),
        across=METRIC[match["across"] or "avg"],
        within=within,
        interval_seconds=interval,
    )


def _rollup(functions: str) -> tuple[Reduce, int | None]:
    within, interval = METRIC["avg"], None
    for function in _FUNCTION.finditer(functions):
        if function["name"] == "as_count":
            within = METRIC["sum"]
        elif function["name"] == "rollup":
            words = [word.strip() for word in function["arguments"].split(",")]
            within = next((METRIC[word] for word in words if word in METRIC), within)
            interval = next((int(word) for word in words if word.isdecimal()), None) or interval
    return within, interval


def parse_scope(text: str) -> Question:
    """Commas mean AND, `!` means NOT, `key IN (a,b)` any of them; the rest is search syntax.

    Raises InvalidInput.
    """
    text = _INSIDE.sub(_alternatives, text)
    parts = [part.strip() for part in text.split(",")]
    terms = [f"NOT {part[1:]}" if part.startswith("!") else part for part in parts if part]
    return parse_query(" AND ".join(f"({term})" if " " in term else term for term in terms))


def _alternatives(match: re.Match[str]) -> str:
    values = " OR ".join(value.strip() for value in match["values"].split(","))
    return f"{'NOT ' if match['no'] else ''}{match['key']}:({values})"
