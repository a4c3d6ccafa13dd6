"""What the proxy routes ask of Datadog, and the shapes in which they pass it on."""

from typing import Protocol

from pydantic import AwareDatetime, BaseModel, Field, JsonValue

from dd_lib.log_pages import LogQuestion
from dd_lib.paging import Listing
from domain.downtimes import Downtime
from domain.evidence import Window
from domain.ports import Downtimes

Json = dict[str, JsonValue]


class Event(BaseModel):
    id: str
    timestamp: AwareDatetime
    title: str
    text: str
    source: str
    tags: list[str]


class EventPage(BaseModel):
    """Oldest first. `partial` says what is missing, or ""; `cursor` finds the next page, or ""."""

    events: list[Event]
    cursor: str
    partial: str


class HostCount(BaseModel):
    """`active` reported in the last hour, `up` in the last two. `text` is the first Rayne's."""

    active: int
    up: int
    text: str


class Creator(BaseModel):
    email: str = ""
    handle: str = ""
    name: str = ""


class Monitor(BaseModel):
    """Lists leave `message` empty and both times null: Datadog tells those one by one."""

    id: int
    name: str
    status: str
    type: str
    query: str
    message: str = ""
    tags: list[str]
    priority: int | None = None
    created: AwareDatetime | None = None
    modified: AwareDatetime | None = None
    creator: Creator = Field(default_factory=Creator)
    overall_state: str


class MonitorList(BaseModel):
    """`partial` says what is missing, or ""."""

    monitors: list[Monitor]
    partial: str


class Pages(BaseModel):
    """`page` counts from 0."""

    page: int
    page_count: int
    per_page: int
    total_count: int


class MonitorPage(Pages):
    monitors: list[Monitor]


class Found(BaseModel):
    """A search's answer in Datadog's own shape."""

    data: list[Json]
    links: Json = Field(default_factory=dict)
    meta: Json = Field(default_factory=dict)


class Events(Protocol):
    async def search_events(
        self, query: str, window: Window, *, limit: int, cursor: str
    ) -> EventPage: ...


class Hosts(Protocol):
    async def list_hosts(self, matching: str) -> list[str]:
        """The names of all hosts that Datadog's filter finds."""
        ...

    async def count_hosts(self) -> HostCount: ...

    async def list_host_tags(self, matching: str) -> dict[str, list[str]]:
        """By host, its tags."""
        ...

    async def get_host_tags(self, host: str) -> list[str]:
        """Raises NotFound."""
        ...


class Monitors(Protocol):
    async def search_monitors(self, query: str) -> MonitorList:
        """All that a search in Datadog's own words finds; "" finds every monitor."""
        ...

    async def search_monitor_page(self, query: str, *, page: int, per_page: int) -> MonitorPage: ...

    async def triggered_monitors(self) -> MonitorList:
        """Those in Alert, then those in Warn."""
        ...

    async def get_monitor(self, monitor_id: int) -> Monitor:
        """Raises NotFound."""
        ...


class Logs(Protocol):
    async def search_logs(self, question: LogQuestion) -> Found: ...


class Services(Protocol):
    async def list_definitions(self) -> list[Json]: ...

    async def define_service(self, definition: Json) -> list[Json]:
        """Creates it, or replaces that of the same name. Idempotent."""
        ...


class ListedDowntimes(Downtimes, Protocol):
    async def list_downtimes(self, *, current_only: bool) -> Listing[Downtime]: ...

    async def get_downtime(self, id: str) -> Downtime:
        """Raises NotFound."""
        ...


class Datadog(ListedDowntimes, Events, Hosts, Monitors, Logs, Services, Protocol):
    """All of it. Every method may raise a RayneError; none answers an error with nothing."""
