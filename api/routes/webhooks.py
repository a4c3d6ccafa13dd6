"""Datadog knocks here."""

from fastapi import APIRouter, Request, status
from pydantic import AwareDatetime, BaseModel, JsonValue

from api.access import ForSenders, ForViewers
from api.bodies import read_body
from api.dependencies import FromPage, FromPiece, FromResources, resources_of
from api.taking_in import take_in
from api.waiting import patience, wait_for_notebook
from domain.alerts import Alert
from domain.deliveries import EventStatus, Receipt, StoredEvent
from domain.webhook_payload import read_delivery
from workflows import ids

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


class NotebookLink(BaseModel):
    id: str
    url: str


class Accepted(BaseModel):
    """`workflow_id` is null until the relay has found the delivery's incident, an instant later."""

    event_id: int
    status: str = "accepted"
    message: str = "stored; its incident is being looked at"
    duplicate: bool
    workflow_id: str | None
    notebook: NotebookLink | None


class WebhookEvent(BaseModel):
    id: int
    payload: dict[str, JsonValue]
    received_at: AwareDatetime
    processed_at: AwareDatetime | None
    status: EventStatus
    forwarded_to: list[str]
    error: str | None
    incident_id: int | None
    alert: Alert | None


class WebhookEvents(BaseModel):
    """`next`, as `before`, asks for what follows; null after the last."""

    events: list[WebhookEvent]
    total_count: int
    total_is_exact: bool
    next: int | None
    page: int
    per_page: int


# Told by hand and read by hand: the framework's parameters cost as much as the rest of the route.
_WAIT = {
    "name": "wait",
    "in": "query",
    "description": "Seconds to hold the answer for, until the notebook exists.",
    "schema": {"type": "string", "default": "0"},
}


@router.post(
    "/receive",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[ForSenders],
    openapi_extra={"parameters": [_WAIT]},
)
async def receive_webhook(request: Request) -> Accepted:
    """Stores the delivery, whatever it holds, then answers. 503 where it cannot be stored.

    With `wait` the answer is held until the incident's notebook exists or the seconds are up. One
    that makes no sense is none: a 4xx would lose the alert for good.
    """
    resources = resources_of(request)
    content_type = request.headers.get("content-type", "")
    delivery = read_delivery(await read_body(request), content_type, resources.clock())
    receipt = await take_in(resources, delivery)
    if delivery.alert and (wait := request.query_params.get("wait")):
        receipt = await wait_for_notebook(
            resources.inbox, receipt, patience(wait), resources.stopping
        )
    return _accepted(receipt)


@router.get("/events", dependencies=[ForViewers])
async def list_events(
    resources: FromResources,
    page: FromPage,
    piece: FromPiece,
    status: EventStatus | None = None,
) -> WebhookEvents:
    """Newest first; with `status`, only those: `failed` ones say why in `error`."""
    listed = await resources.inbox.list_events(piece, status=status)
    return WebhookEvents(
        events=[webhook_event(event) for event in listed.items],
        total_count=listed.total,
        total_is_exact=listed.is_exact,
        next=listed.next,
        page=page.number,
        per_page=page.size,
    )


@router.get("/events/{event_id}", dependencies=[ForViewers])
async def get_event(event_id: int, resources: FromResources) -> WebhookEvent:
    return webhook_event(await resources.inbox.get_event(event_id))


def _accepted(receipt: Receipt) -> Accepted:
    known = receipt.notebook
    return Accepted(
        event_id=receipt.event_id,
        duplicate=receipt.duplicate,
        workflow_id=ids.incident(receipt.incident_id) if receipt.incident_id else None,
        notebook=NotebookLink(id=str(known.id), url=known.url) if known else None,
    )


def webhook_event(event: StoredEvent) -> WebhookEvent:
    return WebhookEvent(
        id=event.id,
        payload=event.payload,
        received_at=event.received_at,
        processed_at=event.processed_at,
        status=event.status,
        forwarded_to=list(event.forwarded_to),
        error=event.error or None,
        incident_id=event.incident_id,
        alert=event.alert,
    )
