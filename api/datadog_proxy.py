"""Datadog for the proxy routes: what dd_lib reads, in the shapes that callers know."""

from api.datadog_port import (
    Creator,
    Event,
    EventPage,
    Found,
    HostCount,
    Json,
    Monitor,
    MonitorList,
    MonitorPage,
)
from dd_lib import downtimes, events, host_tags, hosts, monitor_search, monitors
from dd_lib import service_definitions as definitions
from dd_lib.client import DatadogClient
from dd_lib.log_pages import LogQuestion, search_log_page
from dd_lib.monitor_search import FoundMonitor
from dd_lib.monitors import MonitorDetails
from dd_lib.paging import Listing
from dd_lib.service_definitions import ServiceDefinition
from domain.downtimes import Downtime, DowntimeRequest
from domain.evidence import DatadogEvent, Window

MOST = 10_000  # of any list; nobody reads on, and each hundred is a request
MOST_HOSTS = 100_000  # a thousand to a request


class DatadogProxy:
    """Plays `api.datadog_port.Datadog`."""

    def __init__(self, client: DatadogClient) -> None:
        self._client = client

    async def find_downtime(self, key: str) -> Downtime | None:
        return await downtimes.find_downtime(self._client, key)

    async def list_downtimes(self, *, current_only: bool) -> Listing[Downtime]:
        return await downtimes.list_downtimes(self._client, limit=MOST, current_only=current_only)

    async def get_downtime(self, id: str) -> Downtime:
        return await downtimes.get_downtime(self._client, id)

    async def create_downtime(self, request: DowntimeRequest) -> Downtime:
        return await downtimes.create_downtime(self._client, request)

    async def cancel_downtime(self, id: str) -> None:
        await downtimes.cancel_downtime(self._client, id)

    async def search_events(
        self, query: str, window: Window, *, limit: int, cursor: str
    ) -> EventPage:
        page = await events.search_event_page(
            self._client, query, window, limit=limit, cursor=cursor
        )
        return EventPage(
            events=[_event(event) for event in page.events.events],
            cursor=page.cursor,
            partial=page.events.partial,
        )

    async def list_hosts(self, matching: str) -> list[str]:
        found = await hosts.list_hosts(self._client, limit=MOST_HOSTS, matching=matching)
        return [host.name for host in found.items]

    async def count_hosts(self) -> HostCount:
        totals = await hosts.count_hosts(self._client)
        active, up = totals.total_active, totals.total_up
        return HostCount(active=active, up=up, text=f"Active: {active}, Up: {up}")

    async def list_host_tags(self, matching: str) -> dict[str, list[str]]:
        """Two questions whatever the number of hosts, where one for each could not be afforded."""
        names = await self.list_hosts(matching)
        tags = await host_tags.list_host_tags(self._client)
        return {name: list(tags.get(name, ())) for name in names}

    async def get_host_tags(self, host: str) -> list[str]:
        return list(await host_tags.get_host_tags(self._client, host))

    async def search_monitors(self, query: str) -> MonitorList:
        return _monitors(await monitor_search.search_monitors(self._client, query, limit=MOST))

    async def search_monitor_page(self, query: str, *, page: int, per_page: int) -> MonitorPage:
        found = await monitor_search.search_monitor_page(
            self._client, query, page=page, per_page=per_page
        )
        paging = found.metadata
        return MonitorPage(
            monitors=[_found_monitor(monitor) for monitor in found.monitors],
            page=paging.page,
            page_count=paging.page_count,
            per_page=paging.per_page,
            total_count=paging.total_count or 0,
        )

    async def triggered_monitors(self) -> MonitorList:
        return _monitors(await monitor_search.triggered_monitors(self._client, limit=MOST))

    async def get_monitor(self, monitor_id: int) -> Monitor:
        return _monitor(await monitors.get_monitor_details(self._client, monitor_id))

    async def search_logs(self, question: LogQuestion) -> Found:
        page = await search_log_page(self._client, question)
        return Found.model_validate(page.model_dump())

    async def list_definitions(self) -> list[Json]:
        found = await definitions.list_service_definitions(self._client, limit=MOST)
        return [_definition(each) for each in found.items]

    async def define_service(self, definition: Json) -> list[Json]:
        made = await definitions.put_service_definition(self._client, definition)
        return [_definition(each) for each in made]


def _event(event: DatadogEvent) -> Event:
    return Event(
        id=event.event_id,
        timestamp=event.happened_at,
        title=event.title,
        text=event.text,
        source=event.source,
        tags=list(event.tags),
    )


def _monitors(found: Listing[FoundMonitor]) -> MonitorList:
    return MonitorList(
        monitors=[_found_monitor(monitor) for monitor in found.items], partial=found.partial
    )


def _found_monitor(monitor: FoundMonitor) -> Monitor:
    return Monitor(
        id=monitor.id,
        name=monitor.name,
        status=monitor.status,
        type=monitor.type,
        query=monitor.query,
        tags=list(monitor.tags),
        priority=monitor.priority,
        creator=Creator(**monitor.creator.model_dump()),
        overall_state=monitor.status,
    )


def _monitor(monitor: MonitorDetails) -> Monitor:
    return Monitor(
        id=monitor.id,
        name=monitor.name,
        status=monitor.overall_state,
        type=monitor.type,
        query=monitor.query,
        message=monitor.message,
        tags=list(monitor.tags),
        priority=monitor.priority,
        created=monitor.created,
        modified=monitor.modified,
        creator=Creator(**monitor.creator.model_dump()),
        overall_state=monitor.overall_state,
    )


def _definition(definition: ServiceDefinition) -> Json:
    return definition.model_dump(by_alias=True)
