"""A host, by its name."""

from pydantic import Field

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from domain.evidence import Host

MAX_PAGE = 1000  # Datadog's most


class _Load(Answer):
    cpu: float | None = None
    iowait: float | None = None
    load: float | None = None


class _Host(Answer):
    name: str
    host_name: str = ""
    aliases: tuple[str, ...] = ()
    up: bool = False
    is_muted: bool = False
    apps: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags_by_source: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    metrics: _Load = _Load()


class _HostPage(Answer):
    host_list: tuple[_Host, ...] = ()
    total_matching: int = 0


async def find_host(client: DatadogClient, name: str) -> Host | None:
    """Datadog's filter finds web-10 for web-1, so the exact one is picked here."""
    read = 0
    while True:
        query: dict[str, str | int] = {
            "filter": name,
            "count": MAX_PAGE,
            "start": read,
            "include_hosts_metadata": "false",
        }
        page = await client.get("/api/v1/hosts", _HostPage, query)
        for host in page.host_list:
            if name in (host.name, host.host_name, *host.aliases):
                return _as_host(host)
        read += len(page.host_list)
        if not page.host_list or read >= page.total_matching:
            return None


def _as_host(host: _Host) -> Host:
    return Host(
        name=host.name,
        up=host.up,
        muted=host.is_muted,
        apps=host.apps,
        sources=host.sources,
        tags=tuple(dict.fromkeys(tag for tags in host.tags_by_source.values() for tag in tags)),
        cpu=host.metrics.cpu,
        iowait=host.metrics.iowait,
        load=host.metrics.load,
    )
