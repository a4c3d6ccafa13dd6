"""From a monitor's query to the metric that it watches."""

import re

# "avg(last_5m):avg:system.cpu.user{host:a} by {host} > 90" holds a metrics query between the
# evaluation window and the comparison. Other kinds (logs(...), events(...), service checks) do not.
_METRIC_MONITOR = re.compile(
    r"""^\s*(?:avg|sum|min|max|percentile|change|pct_change)\s*\(\s*[^()]*?last_[^()]*\)\s*:\s*
        (?P<query>.+?)\s*(?:>=|<=|==|!=|>|<)\s*-?[\d.]+\s*$""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"^\s*(?:avg|sum|min|max|count|p\d\d):[A-Za-z][\w.]*\{.*", re.DOTALL)


def metric_of(query: str) -> str:
    """The metrics query inside a monitor's query, or "" where it holds none that can be graphed."""
    match = _METRIC_MONITOR.match(query)
    candidate = match["query"] if match else query
    return candidate.strip() if _PLAIN.match(candidate) else ""
