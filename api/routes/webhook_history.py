"""What became of the deliveries, and another chance for those that had no effect."""

from datetime import timedelta

from fastapi import APIRouter
from pydantic import BaseModel

from api.access import ForOperators, ForViewers
from api.dependencies import FromResources, number_within
from api.reprocessing import reprocess, retry
from api.routes.webhooks import WebhookEvent, webhook_event
from domain.deliveries import EventStatus, UnreadEvent
from domain.errors import Conflict

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

# What can happen to a delivery -> the workflow or activity that does it.
PROCESSORS = {
    "root_cause_analysis": "RootCauseAnalysis",
    "forwarding": "forward_delivery",
    "downtime": "AutoDowntime",
    "desktop_notify": "send_notice",
}


class Stats(BaseModel):
    """Both maps add up to `total_events`. The alert status "" is what could not be read."""

    total_events: int
    by_status: dict[EventStatus, int]
    by_alert_status: dict[str, int]
    last_24h: int


class Reprocessed(BaseModel):
    """`queued` counts every delivery that waits for its incident now."""

    status: str = "reprocessing"
    queued: int


class Retried(BaseModel):
    """`status` is what it is now: pending until the relay hands it over, an instant later."""

    event_id: int
    status: EventStatus


class Processors(BaseModel):
    processors: list[str]
    count: int


@router.get("/stats", dependencies=[ForViewers])
async def get_stats(resources: FromResources) -> Stats:
    yesterday = resources.clock() - timedelta(hours=24)
    stats = await resources.webhooks.history.event_stats(since=yesterday)
    return Stats(
        total_events=stats.total,
        by_status=stats.by_status,
        by_alert_status=stats.by_alert_status,
        last_24h=stats.recent,
    )


@router.get("/monitor/{monitor_id}", dependencies=[ForViewers])
async def list_monitor_events(
    monitor_id: int, resources: FromResources, limit: str = "50"
) -> list[WebhookEvent]:
    """Newest first. A limit that makes no sense is 50, as ever."""
    most = number_within(limit, 1, 100, 50)
    events = await resources.webhooks.history.monitor_events(monitor_id, limit=most)
    return [webhook_event(event) for event in events]


@router.post("/reprocess", dependencies=[ForOperators])
async def reprocess_events(resources: FromResources) -> Reprocessed:
    """Wakes what is pending and reads again what failed. Idempotent: nothing has two effects."""
    return Reprocessed(queued=await reprocess(resources.webhooks.unread))


@router.post("/events/{event_id}/retry", dependencies=[ForOperators])
async def retry_event(event_id: int, resources: FromResources) -> Retried:
    """Reads a failed delivery again and hands it over. Safe at any time: others stay as they are.

    Raises 409 with the reason where it still cannot be read.
    """
    inbox = resources.inbox
    event = await inbox.get_event(event_id)
    if event.status is EventStatus.FAILED:
        raw, content_type = await inbox.get_raw(event_id)
        unread = UnreadEvent(
            id=event_id, raw=raw, content_type=content_type, received_at=event.received_at
        )
        problem = await retry(unread, resources.webhooks.unread)
        if problem:
            raise Conflict(f"event {event_id} still cannot be read: {problem}")
    else:
        await resources.webhooks.unread.wake_relay()
    return Retried(event_id=event_id, status=(await inbox.get_event(event_id)).status)


@router.get("/processors", dependencies=[ForViewers])
async def list_processors() -> Processors:
    return Processors(processors=list(PROCESSORS), count=len(PROCESSORS))
