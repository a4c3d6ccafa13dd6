"""A monitor, by its id."""

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from domain.evidence import Monitor


class _Creator(Answer):
    name: str = ""
    handle: str = ""
    email: str = ""


class _Monitor(Answer):
    id: int
    name: str = ""
    type: str
    query: str
    message: str = ""
    overall_state: str = ""
    creator: _Creator = _Creator()
    tags: tuple[str, ...] = ()


async def get_monitor(client: DatadogClient, monitor_id: int) -> Monitor:
    monitor = await client.get_recent("/api/v1/monitor/{}", _Monitor, parts=(monitor_id,))
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
