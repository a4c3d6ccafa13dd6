"""Events, by search: deployments, flags, commits, other monitors' alerts."""

from dataclasses import dataclass

from pydantic import AwareDatetime

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from dd_lib.search import Page, Search, missing_from, read_page, read_pages
from domain.evidence import DatadogEvent, Window
from domain.ports import Events

PATH = "/api/v2/events/search"


class _Named(Answer):
    id: str = ""
    name: str = ""


class _Details(Answer):
    evt: _Named = _Named()
    title: str = ""
    source_type_name: str = ""
    tags: tuple[str, ...] = ()


class _EventAttributes(Answer):
    timestamp: AwareDatetime
    message: str = ""
    tags: tuple[str, ...] = ()
    attributes: _Details = _Details()


class _Event(Answer):
    id: str = ""
    attributes: _EventAttributes


@dataclass(frozen=True)
class EventPage:
    """`cursor` finds the next page, "" where there is none."""

    events: Events
    cursor: str


async def search_event_page(
    client: DatadogClient, query: str, window: Window, *, limit: int, cursor: str
) -> EventPage:
    """One page, for callers that page by themselves; "" is the first page's cursor."""
    page = await read_page(client, Search(PATH, query, window, limit), Page[_Event], cursor)
    found = Events(
        events=tuple(_event(event) for event in page.data),
        partial="; ".join(missing_from(page.meta)),
    )
    return EventPage(found, page.meta.page.after)


async def search_events(client: DatadogClient, query: str, window: Window, limit: int) -> Events:
    search = Search(PATH, query, window, limit)
    found, partial = await read_pages(client, search, Page[_Event])
    return Events(events=tuple(_event(event) for event in found), partial=partial)


def _event(event: _Event) -> DatadogEvent:
    """The outer id belongs to the search index; people and links know an event by `evt.id`."""
    outer, details = event.attributes, event.attributes.attributes
    tags = tuple(dict.fromkeys((*outer.tags, *details.tags)))
    return DatadogEvent(
        event_id=details.evt.id or event.id,
        happened_at=outer.timestamp,
        source=details.source_type_name or _source_tag(tags),
        title=details.title or details.evt.name,
        text=outer.message,
        tags=tags,
    )


def _source_tag(tags: tuple[str, ...]) -> str:
    return next((tag.removeprefix("source:") for tag in tags if tag.startswith("source:")), "")
