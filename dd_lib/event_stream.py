"""Events by Datadog's first version, which old callers know: seconds, and the newest thousand."""

from pydantic import AliasChoices, Field

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from domain.evidence import Window

MOST = 1000  # Datadog's most, the newest


class StreamEvent(Answer):
    """`id` is text: it has more digits than a JavaScript number."""

    id: str = Field(default="", validation_alias=AliasChoices("id_str", "id"))
    title: str = ""
    text: str = ""
    alert_type: str = ""
    source: str = Field(default="", validation_alias="source_type_name")
    host: str = ""
    priority: str = ""
    date_happened: int = 0  # seconds since 1970
    tags: tuple[str, ...] = ()
    url: str = ""


class _Stream(Answer):
    events: tuple[StreamEvent, ...] = ()


async def list_stream_events(
    client: DatadogClient,
    window: Window,
    *,
    sources: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    priority: str = "",
) -> tuple[StreamEvent, ...]:
    """Newest first, MOST at most. `priority` is normal, low or "" for both."""
    filters = {"sources": ",".join(sources), "tags": ",".join(tags), "priority": priority}
    times = {"start": int(window.start.timestamp()), "end": int(window.end.timestamp())}
    given = {name: value for name, value in filters.items() if value}
    return (await client.get("/api/v1/events", _Stream, {**times, **given})).events
