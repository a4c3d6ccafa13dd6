"""Downtimes: found by key, listed, created, changed and cancelled."""

from datetime import datetime

from pydantic import AwareDatetime, JsonValue

from dd_lib.answers import Answer, iso
from dd_lib.client import DatadogClient
from dd_lib.paging import Chunk, Listing, read_chunks
from domain.downtimes import Downtime, DowntimeRequest, DowntimeStatus, key_in
from domain.errors import NotFound

PATH = "/api/v2/downtime"
ONE = "/api/v2/downtime/{}"
PAGE = 100
MOST = 10_000  # of a search for a key: every downtime of a large organisation


class _Span(Answer):
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class _Schedule(_Span):
    """A recurring one tells its times in its current downtime."""

    current_downtime: _Span = _Span()


class _Monitors(Answer):
    """Either of both; the monitor's id stands nowhere else."""

    monitor_id: int | None = None
    monitor_tags: tuple[str, ...] = ()


class _Attributes(Answer):
    scope: str = ""
    message: str = ""
    status: DowntimeStatus
    monitor_identifier: _Monitors = _Monitors()
    schedule: _Schedule = _Schedule()


class _Downtime(Answer):
    id: str
    attributes: _Attributes


class _One(Answer):
    data: _Downtime


class _PageCount(Answer):
    total_filtered_count: int | None = None


class _Meta(Answer):
    page: _PageCount = _PageCount()


class _Many(Answer):
    data: tuple[_Downtime, ...] = ()
    meta: _Meta = _Meta()


class MutedGroups(Answer):
    """What an active downtime mutes of one monitor. Without groups it is all of it."""

    scope: str = ""
    groups: tuple[str, ...] = ()
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class _Match(Answer):
    id: str
    attributes: MutedGroups


class _Matches(Answer):
    data: tuple[_Match, ...] = ()
    meta: _Meta = _Meta()


async def find_downtime(client: DatadogClient, key: str) -> Downtime | None:
    """The active or scheduled one whose message holds `key`.

    Datadog's `current_only` would leave out the scheduled ones, and it has no search by message.
    """
    listed = await list_downtimes(client, limit=MOST)
    return next((found for found in listed.items if found.key == key and _holds(found)), None)


async def list_downtimes(
    client: DatadogClient, *, limit: int, current_only: bool = False
) -> Listing[Downtime]:
    """Cancelled ones stay in the list for about two days."""

    async def ask(read: int, _: int) -> Chunk[Downtime]:
        query = {"current_only": current_only, "page[offset]": read, "page[limit]": PAGE}
        page = await client.get(PATH, _Many, query)
        found = [_downtime(downtime) for downtime in page.data]
        return Chunk(found, page.meta.page.total_filtered_count)

    return await read_chunks(ask, limit)


async def get_downtime(client: DatadogClient, id: str) -> Downtime:
    return _downtime((await client.get(ONE, _One, parts=(id,))).data)


async def create_downtime(client: DatadogClient, request: DowntimeRequest) -> Downtime:
    """Not idempotent: look for the key first."""
    attributes: JsonValue = {
        "scope": request.scope,
        "monitor_identifier": {"monitor_id": request.monitor_id},
        "message": request.message,
        "display_timezone": "UTC",
        "schedule": {
            "start": iso(request.start_at) if request.start_at else None,
            "end": iso(request.end_at),
        },
    }
    body: JsonValue = {"data": {"type": "downtime", "attributes": attributes}}
    return _downtime((await client.post(PATH, _One, body)).data)


async def update_downtime(
    client: DatadogClient, id: str, *, end_at: datetime | None = None, message: str | None = None
) -> Downtime:
    """Changes what is given. The start of one in progress cannot change, so none is sent."""
    attributes: dict[str, JsonValue] = {}
    if end_at is not None:
        attributes["schedule"] = {"end": iso(end_at)}
    if message is not None:
        attributes["message"] = message
    body: JsonValue = {"data": {"type": "downtime", "id": id, "attributes": attributes}}
    return _downtime((await client.patch(ONE, _One, body, parts=(id,))).data)


async def cancel_downtime(client: DatadogClient, id: str) -> None:
    """Idempotent: Datadog takes a second cancellation as well. Raises NotFound for unknown ids."""
    await client.delete(ONE, parts=(id,))


async def list_muted_groups(
    client: DatadogClient, monitor_id: int, *, limit: int
) -> Listing[MutedGroups]:
    """The active downtimes of one monitor; nothing where Datadog has no such monitor."""

    async def ask(read: int, _: int) -> Chunk[MutedGroups]:
        query = {"page[offset]": read, "page[limit]": PAGE}
        path = "/api/v2/monitor/{}/downtime_matches"
        page = await client.get(path, _Matches, query, parts=(monitor_id,))
        found = [match.attributes for match in page.data]
        return Chunk(found, page.meta.page.total_filtered_count)

    try:
        return await read_chunks(ask, limit)
    except NotFound:
        return Listing()


def _holds(downtime: Downtime) -> bool:
    return not downtime.status.is_over


def _downtime(downtime: _Downtime) -> Downtime:
    attributes = downtime.attributes
    schedule = attributes.schedule
    return Downtime(
        id=downtime.id,
        key=key_in(attributes.message),
        monitor_id=attributes.monitor_identifier.monitor_id,
        scope=attributes.scope,
        message=attributes.message,
        start_at=schedule.start or schedule.current_downtime.start,
        end_at=schedule.end or schedule.current_downtime.end,
        status=attributes.status,
    )
