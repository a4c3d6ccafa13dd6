"""What is wrong with a host, as Datadog saw it when it was asked."""

from domain.evidence import Host
from domain.values import Value

HIGH_CPU = 90.0  # percent
HIGH_IOWAIT = 20.0  # percent
HIGH_LOAD = 1.5  # normalised: half as much work again as there are cores


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
