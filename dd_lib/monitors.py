"""Monitors: one by its id, or all with their details."""

from pydantic import AwareDatetime, Field, RootModel

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from dd_lib.paging import Chunk, Listing, read_chunks
from domain.evidence import Monitor

PATH = "/api/v1/monitor"
ONE = "/api/v1/monitor/{}"
MAX_PAGE = 1000  # Datadog's most


class Creator(Answer):
    name: str = ""
    handle: str = ""
    email: str = ""


class GroupState(Answer):
    status: str = ""
    last_triggered_ts: int | None = None  # seconds since 1970


class _State(Answer):
    groups: dict[str, GroupState] = Field(default_factory=dict)


class MonitorDetails(Answer):
    """A monitor with all that people ask of it. `state.groups` is filled where it was asked for."""

    id: int
    name: str = ""
    type: str
    query: str
    message: str = ""
    overall_state: str = ""
    priority: int | None = None
    created: AwareDatetime | None = None
    modified: AwareDatetime | None = None
    creator: Creator = Creator()
    tags: tuple[str, ...] = ()
    state: _State = _State()


class _Page(RootModel[tuple[MonitorDetails, ...]]):
    """Datadog answers a bare list."""


async def get_monitor(client: DatadogClient, monitor_id: int) -> Monitor:
    monitor = await client.get_recent(ONE, MonitorDetails, parts=(monitor_id,))
    creator = monitor.creator
    return Monitor(
        monitor_id=monitor.id,
        name=monitor.name,
        type=monitor.type,
        query=monitor.query,
        message=monitor.message,
        state=monitor.overall_state,
        creator=creator.name or creator.handle or creator.email,
        tags=monitor.tags,
    )


async def get_monitor_details(client: DatadogClient, monitor_id: int) -> MonitorDetails:
    """With the state of each group. Raises NotFound."""
    return await client.get(ONE, MonitorDetails, {"group_states": "all"}, parts=(monitor_id,))


async def list_monitors(
    client: DatadogClient, *, limit: int, name: str = "", monitor_tags: tuple[str, ...] = ()
) -> Listing[MonitorDetails]:
    """Those whose name holds `name` and that carry all of `monitor_tags`."""
    filters = {"name": name, "monitor_tags": ",".join(monitor_tags)}
    given = {key: value for key, value in filters.items() if value}

    async def ask(_: int, pages: int) -> Chunk[MonitorDetails]:
        paging = {"page": pages, "page_size": min(limit, MAX_PAGE)}
        return Chunk((await client.get(PATH, _Page, {**paging, **given})).root)

    return await read_chunks(ask, limit)
