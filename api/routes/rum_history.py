"""What visits there were, for those who may know."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from api.access import ForViewers
from api.dependencies import Before, FromResources, number_within
from api.rum_windows import FromWindow, bucket_width
from domain.errors import InvalidInput, NotFound
from domain.paging import DEEPEST, Piece
from domain.rum import RumEvent, Visitor, VisitorAnalytics, VisitorSession
from domain.rum_payload import uuid_or_none

router = APIRouter(prefix="/v1/rum", tags=["visitors"], dependencies=[ForViewers])

_MOST_EVENTS = 1000
_LARGEST_OFFSET = 10_000_000


class SessionDetail(BaseModel):
    """The first 1,000 events, oldest first."""

    session: VisitorSession
    events: list[RumEvent]


class VisitorCount(BaseModel):
    """Visitors first seen in the window."""

    unique_visitors: int
    start: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")


class Analytics(VisitorAnalytics):
    period: str  # in dates


@router.get("/visitor/{uuid}", response_model_exclude_none=True)
async def get_visitor(uuid: str, resources: FromResources) -> Visitor:
    return await resources.rum.history.visitor(_known(uuid, "visitor"))


@router.get("/session/{sessionId}", response_model_exclude_none=True)
async def get_session(
    session_id: Annotated[str, Path(alias="sessionId")], resources: FromResources
) -> SessionDetail:
    known, history = _known(session_id, "session"), resources.rum.history
    session = await history.session(known, now=resources.clock())
    events = await history.session_events(known, limit=_MOST_EVENTS)
    return SessionDetail(session=session, events=list(events))


@router.get("/visitors")
async def count_visitors(window: FromWindow, resources: FromResources) -> VisitorCount:
    count = await resources.rum.history.count_new_visitors(window)
    return VisitorCount(unique_visitors=count, start=window.start, end=window.end)


@router.get("/analytics")
async def get_analytics(window: FromWindow, resources: FromResources) -> Analytics:
    """Sums over the window and, in `buckets`, over parts of it that fit its length."""
    sums = await resources.rum.history.analytics(window, bucket=bucket_width(window))
    return Analytics(
        **sums.model_dump(), period=f"{window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}"
    )


@router.get("/sessions", response_model_exclude_none=True)
async def list_sessions(
    resources: FromResources, limit: str = "50", offset: str = "0", before: Before = None
) -> list[VisitorSession]:
    """Newest start first. Numbers that make no sense become the defaults, as ever.

    `before` is the `id` of the last session of the page before: what follows it costs the same
    however far down it is, and nothing that starts meanwhile shifts it.
    """
    size = number_within(limit, 1, 100, 50)
    skip = 0 if before else number_within(offset, 0, _LARGEST_OFFSET, 0)
    if skip > DEEPEST:
        raise InvalidInput(
            f"offset: the first {DEEPEST} sessions can be skipped; for more, ask with before= the "
            "id of the last one that you have"
        )
    piece = Piece(size=size, before=before, skip=skip)
    return list(await resources.rum.history.sessions(piece, now=resources.clock()))


def _known(id: str, kind: str) -> str:
    uuid = uuid_or_none(id)
    if uuid is None:
        raise NotFound(f"there is no {kind} {id!r}: ids are UUIDs")
    return uuid
