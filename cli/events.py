"""`rayne events`: deliveries that failed, and another chance for them."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.rayne_api import RayneApi
from adapters.settings import Settings
from api.routes.webhook_history import Reprocessed, Retried
from api.routes.webhooks import WebhookEvent, WebhookEvents
from cli.calling import rayne_at_hand
from domain.deliveries import EventStatus
from domain.errors import Rejected

PER_PAGE = 100


async def list_events(
    settings: Settings, console: Console, *, status: EventStatus | None, most: int
) -> None:
    """The newest first."""
    table = Table("Event", "Received", "Status", "Incident", "What", "Why not")
    async with rayne_at_hand(settings) as api:
        for event in await _newest(api, status, most):
            table.add_row(
                f"{event.id}",
                f"{event.received_at:%Y-%m-%d %H:%M:%S}",
                event.status,
                f"{event.incident_id or ''}",
                escape(event.alert.title if event.alert else ""),
                escape(event.error or ""),
            )
    console.print(table)


async def retry_events(settings: Settings, ids: list[int], console: Console) -> bool:
    """Those, or all that failed where none is named. False where one still cannot be read."""
    async with rayne_at_hand(settings) as api:
        if ids:
            return all([await _retry(api, event_id, console) for event_id in ids])
        told = Reprocessed.model_validate(await api.post("/v1/webhooks/reprocess", {}))
        console.print(f"{told.queued} deliveries wait for their incident now.")
        left = await _newest(api, EventStatus.FAILED, PER_PAGE)
        if left:
            console.print(f"{len(left)} still cannot be read: `rayne events list --failed`.")
    return not left


async def _newest(api: RayneApi, status: EventStatus | None, most: int) -> list[WebhookEvent]:
    found: list[WebhookEvent] = []
    wanted = f"status={status}&" if status else ""
    before = ""
    while len(found) < most:
        path = f"/v1/webhooks/events?{wanted}per_page={PER_PAGE}{before}"
        page = WebhookEvents.model_validate(await api.get(path))
        found += page.events
        if page.next is None:
            break
        before = f"&before={page.next}"
    return found[:most]


async def _retry(api: RayneApi, event_id: int, console: Console) -> bool:
    try:
        told = Retried.model_validate(await api.post(f"/v1/webhooks/events/{event_id}/retry", {}))
    except Rejected as error:
        console.print(f"[red]event {event_id}: {escape(str(error))}[/]")
        return False
    console.print(f"event {event_id} is {told.status}")
    return True
