"""Log lines, by search."""

from collections.abc import Mapping

from pydantic import AwareDatetime, Field, JsonValue

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from dd_lib.search import Page, Search, read_pages
from domain.evidence import LogLine, Window
from domain.ports import Logs

HEAD, TAIL = 6_000, 2_000  # characters kept of a message; a trace names its cause at either end


class _LogAttributes(Answer):
    timestamp: AwareDatetime
    message: str = ""
    status: str = ""
    service: str = ""
    host: str = ""
    tags: tuple[str, ...] = ()
    attributes: dict[str, JsonValue] = Field(default_factory=dict)


class _Log(Answer):
    attributes: _LogAttributes


async def search_logs(client: DatadogClient, query: str, window: Window, limit: int) -> Logs:
    search = Search("/api/v2/logs/events/search", query, window, limit)
    found, partial = await read_pages(client, search, Page[_Log])
    return Logs(lines=tuple(_line(log.attributes) for log in found), partial=partial)


def _line(log: _LogAttributes) -> LogLine:
    return LogLine(
        logged_at=log.timestamp,
        message=_bounded(log.message),
        status=log.status,
        service=log.service,
        host=log.host,
        tags=log.tags,
        trace_id=_trace_id(log.attributes),
    )


def _bounded(message: str) -> str:
    """Beginning and end: in between a dump says nothing that is worth its megabyte.

    A thousand lines are kept of each window, and read many times over.
    """
    left_out = len(message) - HEAD - TAIL
    if left_out <= 0:
        return message
    return f"{message[:HEAD]} […{left_out} characters left out…] {message[-TAIL:]}"


def _trace_id(attributes: Mapping[str, JsonValue]) -> str:
    """Tracers write it as `trace_id`, `dd.trace_id` or inside `dd`, as text or as a number."""
    nested = attributes.get("dd")
    inner = nested.get("trace_id") if isinstance(nested, dict) else None
    for value in (attributes.get("trace_id"), attributes.get("dd.trace_id"), inner):
        if value and isinstance(value, str | int):
            return str(value)
    return ""
