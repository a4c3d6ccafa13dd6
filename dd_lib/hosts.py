"""Hosts: by name, as a list, and how many there are."""

from pydantic import Field

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from dd_lib.paging import Chunk, Listing, read_chunks
from domain.evidence import Host

PATH = "/api/v1/hosts"
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


class HostTotals(Answer):
    """Hosts that reported in the last hour, and those counted as up in the last two."""

    total_active: int = 0
    total_up: int = 0


async def find_host(client: DatadogClient, name: str) -> Host | None:
    """Datadog's filter finds web-10 for web-1, so the exact one is picked here."""
    read = 0
    while True:
        page = await client.get_recent(PATH, _HostPage, _query(name, read))
        for host in page.host_list:
            if name in (host.name, host.host_name, *host.aliases):
                return _as_host(host)
        read += len(page.host_list)
        if not page.host_list or read >= page.total_matching:
            return None


async def list_hosts(client: DatadogClient, *, limit: int, matching: str = "") -> Listing[Host]:
    """Those that reported in the last three hours and whose name, alias or tag holds `matching`."""

    async def ask(read: int, _: int) -> Chunk[Host]:
        page = await client.get(PATH, _HostPage, _query(matching, read))
        return Chunk([_as_host(host) for host in page.host_list], page.total_matching)

    return await read_chunks(ask, limit)


async def count_hosts(client: DatadogClient) -> HostTotals:
    return await client.get("/api/v1/hosts/totals", HostTotals)


def _query(matching: str, read: int) -> dict[str, str | int | bool]:
    query: dict[str, str | int | bool] = {
        "count": MAX_PAGE,
        "start": read,
        "include_hosts_metadata": False,
    }
    return {"filter": matching, **query} if matching else query


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
