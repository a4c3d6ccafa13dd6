"""What browsers tell of visits. Open to all: a page has no secret."""

from typing import Any

from fastapi import APIRouter, Request, Response, status
from pydantic import BaseModel

from api.access import ForNobody
from api.dependencies import FromResources
from api.visitors import address_of, caller_of, opening_of_headers, read_small_body
from domain.rum import Activity, Arrival, Departure
from domain.rum_payload import read_closing, read_opening, read_track

router = APIRouter(prefix="/v1/rum", tags=["visitors"], dependencies=[ForNobody])

# Read by ourselves, because beacons call JSON text.
_JSON: dict[str, Any] = {"schema": {"type": "object"}}
_BODY = {"requestBody": {"content": {"application/json": _JSON, "text/plain": _JSON}}}


class VisitBegun(BaseModel):
    """Keep both ids, and send them with every event."""

    visitor_uuid: str
    session_id: str
    is_new: bool
    message: str


class Recorded(BaseModel):
    """The session is another than that of the request where that one was left for too long."""

    status: str = "event recorded"
    session_id: str
    recorded: int


class Ended(BaseModel):
    status: str = "session ended"


@router.post(
    "/init",
    openapi_extra=_BODY,
    responses={201: {"model": VisitBegun, "description": "A new visitor"}},
)
async def begin_visit(request: Request, response: Response, resources: FromResources) -> VisitBegun:
    """Resumes the visitor's session where it was active within 30 minutes."""
    rum, now = resources.rum, resources.clock()
    opening = read_opening(await read_small_body(request)) or opening_of_headers(request)
    rum.limits.admit(opening.known_uuid, address_of(request), 1, now)
    arrived = await rum.visits.arrive(
        Arrival(
            at=now,
            caller=await caller_of(request, rum, opening.user_agent),
            visitor_uuid=opening.known_uuid,
            referrer=opening.referrer,
            entry_page=opening.entry_page,
        )
    )
    response.status_code = status.HTTP_201_CREATED if arrived.is_new else status.HTTP_200_OK
    message = "visitor created" if arrived.is_new else "visitor recognized"
    return VisitBegun(**arrived.model_dump(), message=message)


@router.post("/track", status_code=status.HTTP_202_ACCEPTED, openapi_extra=_BODY)
async def track_events(request: Request, resources: FromResources) -> Recorded:
    """One event, a list of them, or `{"events": [...]}`: all are stored, or none."""
    rum, now = resources.rum, resources.clock()
    track = read_track(await read_small_body(request))
    rum.limits.admit(track.visitor_uuid, address_of(request), len(track.events), now)
    session_id = await rum.visits.record(
        Activity(
            at=now,
            caller=await caller_of(request, rum),
            visitor_uuid=track.visitor_uuid,
            session_id=track.session_id,
            events=track.events,
        )
    )
    return Recorded(session_id=session_id, recorded=len(track.events))


@router.post("/session/end", openapi_extra=_BODY)
async def end_session(request: Request, resources: FromResources) -> Ended:
    """Idempotent, and no error for a session that nobody knows."""
    now = resources.clock()
    closing = read_closing(await read_small_body(request))
    resources.rum.limits.admit(closing.visitor_uuid, address_of(request), 1, now)
    await resources.rum.visits.depart(
        Departure(
            at=now,
            session_id=closing.session_id,
            visitor_uuid=closing.visitor_uuid,
            exit_page=closing.exit_page,
        )
    )
    return Ended()
