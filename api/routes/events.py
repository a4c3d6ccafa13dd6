"""Datadog's event stream."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.access import ForViewers
from api.datadog_port import EventPage
from api.dependencies import FromDatadog, FromResources
from domain.errors import InvalidInput
from domain.evidence import Window

router = APIRouter(prefix="/v1/events", tags=["events"], dependencies=[ForViewers])

LOOK_BACK = timedelta(hours=1)  # where the caller says no time


class Format(StrEnum):
    TEXTS = "texts"  # the first Rayne's: nothing but the messages
    FULL = "full"


class EventSearch(BaseModel):
    """The last hour where no times are given. Give both while paging: a cursor asks again."""

    model_config = ConfigDict(populate_by_name=True)

    start: AwareDatetime | None = Field(default=None, alias="from")
    end: AwareDatetime | None = Field(default=None, alias="to")
    query: str = Field(default="*", max_length=2000)
    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str = ""
    format: Format = Format.TEXTS

    def window(self, now: datetime) -> Window:
        end = self.end or now
        start = self.start or end - LOOK_BACK
        if start >= end:
            raise InvalidInput("from: must be before to")
        return Window(start=start, end=end)


@router.get("")
async def list_events(
    datadog: FromDatadog, resources: FromResources, search: Annotated[EventSearch, Query()]
) -> list[str] | EventPage:
    """A page of events, oldest first.

    A bare list of their messages, or with `format=full` the events, what is missing from them and
    the `cursor` of the next page.
    """
    page = await datadog.search_events(
        search.query or "*",
        search.window(resources.clock()),
        limit=search.limit,
        cursor=search.cursor,
    )
    return page if search.format is Format.FULL else [event.text for event in page.events]
