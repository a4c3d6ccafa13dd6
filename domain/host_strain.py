"""What is wrong with a host, as Datadog saw it when it was asked."""

import re

from domain.evidence import Host
from domain.values import Value

HIGH_CPU = 90.0  # percent
HIGH_IOWAIT = 20.0  # percent
HIGH_LOAD = 1.5  # normalised: half as much work again as there are cores

_WANT = re.compile(
    r"time[ds]?[ -]?out|deadline|slow|latency|lag\b|queue|backlog|pool|exhaust|overload|saturat"
    r"|throttl|capacity|too many|\bfull\b|memory|\bheap|\boom\b|\bdisk|no space|\bcpu\b|thread"
    r"|not respond|unresponsive|took \d",
    re.IGNORECASE,
)
_HOST_METRIC = re.compile(r"\b(?:system|container|docker|kubernetes)\.\w")


class Strain(Value):
    """One thing wrong. `fact` names the line of the host's item that says so."""

    fact: str
    words: str


def strains_of(host: Host | None) -> tuple[Strain, ...]:
    """Worst first; nothing for a healthy host, and nothing for one that was not found."""
    if host is None:
        return ()
    if not host.up:
        return (Strain(fact="state", words="is down or does not report"),)
    measured = (
        (host.cpu, HIGH_CPU, Strain(fact="cpu", words="has no CPU to spare")),
        (host.iowait, HIGH_IOWAIT, Strain(fact="iowait", words="waits for its disks")),
        (host.load, HIGH_LOAD, Strain(fact="normalised load", words="has more work than cores")),
    )
    return tuple(
        strain for value, limit, strain in measured if value is not None and value >= limit
    )


def speaks_of_want(message: str) -> bool:
    """Whether an error is one that a starved host gives: too slow, too full, too many."""
    return _WANT.search(message) is not None


def is_of_a_host(metric_query: str) -> bool:
    """Whether the metric measures a host or a container, and not what runs there."""
    return _HOST_METRIC.search(metric_query) is not None
