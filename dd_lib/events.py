"""Events, by search: deployments, flags, commits, other monitors' alerts."""

from pydantic import AwareDatetime

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from dd_lib.search import Page, Search, read_pages
from domain.evidence import DatadogEvent, Window
from domain.ports import Events


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


async def search_events(client: DatadogClient, query: str, window: Window, limit: int) -> Events:
    search = Search("/api/v2/events/search", query, window, limit)
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
