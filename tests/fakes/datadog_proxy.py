"""The Datadog that the proxy routes ask, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.datadog_port import (
    Event,
    EventPage,
    Found,
    HostCount,
    Json,
    Monitor,
    MonitorList,
    MonitorPage,
)
from dd_lib.log_pages import LogQuestion
from dd_lib.paging import Listing
from domain.downtimes import Downtime, DowntimeStatus
from domain.errors import NotFound, RayneError, Rejected
from domain.evidence import Window
from tests.fakes.downtimes import FakeDowntimes


@dataclass(frozen=True)
class EventQuestion:
    query: str
    window: Window
    limit: int
    cursor: str


class FakeDatadogProxy(FakeDowntimes):
    """`fails_with` fails every method, `partial` is said of every list that can."""

    def __init__(
        self,
        *,
        events: Sequence[Event] = (),
        hosts: Mapping[str, list[str]] | None = None,
        monitors: Sequence[Monitor] = (),
        partial: str = "",
        fails_with: RayneError | None = None,
    ) -> None:
        super().__init__(fails_with=fails_with)
        self.events = list(events)
        self.hosts = dict(hosts or {})
        self.monitors = list(monitors)
        self.partial = partial
        self.found = Found(data=[])
        self.definitions: list[Json] = []
        self.event_searches: list[EventQuestion] = []
        self.monitor_searches: list[str] = []
        self.log_searches: list[LogQuestion] = []

    async def list_downtimes(self, *, current_only: bool) -> Listing[Downtime]:
        self._fail()
        found = tuple(
            downtime
            for downtime in self.downtimes.values()
            if not current_only or downtime.status is DowntimeStatus.ACTIVE
        )
        return Listing(found, self.partial)

    async def get_downtime(self, id: str) -> Downtime:
        self._fail()
        if id not in self.downtimes:
            raise NotFound(f"there is no downtime {id!r}")
        return self.downtimes[id]

    async def search_events(
        self, query: str, window: Window, *, limit: int, cursor: str
    ) -> EventPage:
        self._fail()
        self.event_searches.append(EventQuestion(query, window, limit, cursor))
        if cursor and not cursor.isdecimal():
            raise Rejected("Datadog refused the request: it knows no such cursor")
        start = int(cursor or 0)
        end = start + limit
        more = str(end) if end < len(self.events) else ""
        return EventPage(events=self.events[start:end], cursor=more, partial="")

    async def list_hosts(self, matching: str) -> list[str]:
        self._fail()
        return [name for name in self.hosts if matching in name]

    async def count_hosts(self) -> HostCount:
        self._fail()
        count = len(self.hosts)
        return HostCount(active=count, up=count, text=f"Active: {count}, Up: {count}")

    async def list_host_tags(self, matching: str) -> dict[str, list[str]]:
        return {name: self.hosts[name] for name in await self.list_hosts(matching)}

    async def get_host_tags(self, host: str) -> list[str]:
        self._fail()
        if host not in self.hosts:
            raise NotFound(f"no host {host!r}")
        return self.hosts[host]

    async def search_monitors(self, query: str) -> MonitorList:
        self._fail()
        self.monitor_searches.append(query)
        return MonitorList(monitors=self.monitors, partial=self.partial)

    async def search_monitor_page(self, query: str, *, page: int, per_page: int) -> MonitorPage:
        self._fail()
        self.monitor_searches.append(query)
        return MonitorPage(
            monitors=self.monitors[page * per_page : (page + 1) * per_page],
            page=page,
            per_page=per_page,
            page_count=-(-len(self.monitors) // per_page),
            total_count=len(self.monitors),
        )

    async def triggered_monitors(self) -> MonitorList:
        self._fail()
        found = [m for state in ("Alert", "Warn") for m in self.monitors if m.status == state]
        return MonitorList(monitors=found, partial=self.partial)

    async def get_monitor(self, monitor_id: int) -> Monitor:
        self._fail()
        for monitor in self.monitors:
            if monitor.id == monitor_id:
                return monitor
        raise NotFound(f"no monitor {monitor_id}")

    async def search_logs(self, question: LogQuestion) -> Found:
        self._fail()
        self.log_searches.append(question)
        return self.found

    async def list_definitions(self) -> list[Json]:
        self._fail()
        return self.definitions

    async def define_service(self, definition: Json) -> list[Json]:
        self._fail()
        made: Json = {"type": "service-definition", "attributes": {"schema": definition}}
        self.definitions.append(made)
        return [made]
