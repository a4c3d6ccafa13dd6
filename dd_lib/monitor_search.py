"""Monitors and their groups by state, name or tag: what is alerting now."""

import asyncio
from collections.abc import Sequence

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from dd_lib.monitors import Creator
from dd_lib.paging import Chunk, Listing, cut, read_chunks

MONITORS = "/api/v1/monitor/search"
GROUPS = "/api/v1/monitor/groups/search"
MAX_PAGE = 100
TRIGGERED = ("alert", "warn")


class FoundMonitor(Answer):
    """A monitor as the search tells it: without its message."""

    id: int
    name: str = ""
    status: str = ""
    type: str = ""
    query: str = ""
    tags: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    priority: int | None = None
    last_triggered_ts: int | None = None  # seconds since 1970
    creator: Creator = Creator()


class FoundGroup(Answer):
    """`group` is "total" where the monitor has no groups."""

    monitor_id: int
    monitor_name: str = ""
    group: str = ""
    group_tags: tuple[str, ...] = ()
    status: str = ""
    last_triggered_ts: int | None = None  # seconds since 1970


class Paging(Answer):
    """`page` counts from 0."""

    page: int = 0
    page_count: int = 0
    per_page: int = 0
    total_count: int | None = None


class MonitorPage(Answer):
    monitors: tuple[FoundMonitor, ...] = ()
    metadata: Paging = Paging()


class _GroupPage(Answer):
    groups: tuple[FoundGroup, ...] = ()
    metadata: Paging = Paging()


async def search_monitor_page(
    client: DatadogClient, query: str, *, page: int, per_page: int
) -> MonitorPage:
    """One page in the order of names; `page` counts from 0. An empty query finds every monitor."""
    return await client.get(MONITORS, MonitorPage, _query(query, page, per_page))


async def search_monitors(
    client: DatadogClient, query: str, *, limit: int
) -> Listing[FoundMonitor]:
    """In Datadog's syntax of monitor searches: status:alert, tag:"env:prod", words of a name."""

    async def ask(_: int, pages: int) -> Chunk[FoundMonitor]:
        found = await search_monitor_page(client, query, page=pages, per_page=MAX_PAGE)
        return Chunk(found.monitors, found.metadata.total_count)

    return await read_chunks(ask, limit)


async def search_groups(client: DatadogClient, query: str, *, limit: int) -> Listing[FoundGroup]:
    """As the search for monitors, with group_status:alert for a state."""

    async def ask(_: int, pages: int) -> Chunk[FoundGroup]:
        found = await client.get(GROUPS, _GroupPage, _query(query, pages, MAX_PAGE))
        return Chunk(found.groups, found.metadata.total_count)

    return await read_chunks(ask, limit)


async def triggered_monitors(client: DatadogClient, *, limit: int) -> Listing[FoundMonitor]:
    """Alerting ones first, then the warning ones: one search each, for Datadog documents no "or"
    between states.
    """
    searches = (search_monitors(client, f"status:{state}", limit=limit) for state in TRIGGERED)
    return _joined(await asyncio.gather(*searches), limit)


def _query(query: str, page: int, per_page: int) -> dict[str, str | int]:
    paging: dict[str, str | int] = {"page": page, "per_page": per_page, "sort": "name,asc"}
    return {"query": query, **paging} if query else paging


def _joined(listings: Sequence[Listing[FoundMonitor]], limit: int) -> Listing[FoundMonitor]:
    """A monitor that changed its state between two searches counts once."""
    found = {monitor.id: monitor for listing in reversed(listings) for monitor in listing.items}
    ordered = dict.fromkeys(monitor.id for listing in listings for monitor in listing.items)
    reasons = [listing.partial for listing in listings] + [cut(len(found), limit)]
    partial = "; ".join(dict.fromkeys(reason for reason in reasons if reason))
    return Listing(tuple(found[monitor_id] for monitor_id in list(ordered)[:limit]), partial)
