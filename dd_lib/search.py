"""Reads a v2 search page by page, oldest first, up to a limit."""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import JsonValue

from dd_lib.answers import Answer, iso, one_line
from dd_lib.client import DatadogClient
from domain.evidence import Window

MAX_PAGE = 1000  # Datadog refuses more

ItemT = TypeVar("ItemT", bound=Answer)


class Warned(Answer):
    title: str = ""
    detail: str = ""


class NextPage(Answer):
    after: str = ""


class Meta(Answer):
    page: NextPage = NextPage()
    status: str = "done"
    warnings: tuple[Warned, ...] = ()


class Page(Answer, Generic[ItemT]):
    """`meta` is missing altogether on the last page of real answers."""

    data: tuple[ItemT, ...] = ()
    meta: Meta = Meta()


@dataclass(frozen=True)
class Search:
    """What to look for. The window is absolute: a cursor runs the search again.

    `wrap` is the type of the JSON:API envelope that some searches want.
    """

    path: str
    query: str
    window: Window
    limit: int
    wrap: str = ""


async def read_page(
    client: DatadogClient, search: Search, page_type: type[Page[ItemT]], cursor: str
) -> Page[ItemT]:
    """One page, for callers that page by themselves; "" is the first page's cursor."""
    return await client.post(search.path, page_type, _body(search, cursor))


async def read_pages(
    client: DatadogClient, search: Search, page_type: type[Page[ItemT]]
) -> tuple[list[ItemT], str]:
    """The items, and what is missing from them, or ""."""
    items: list[ItemT] = []
    missing: list[str] = []
    cursor = ""
    while len(items) < search.limit:
        rest = replace(search, limit=search.limit - len(items))
        body = _body(rest, cursor)
        page = await client.post(search.path, page_type, body, midway=bool(items))
        items.extend(page.data)
        missing.extend(missing_from(page.meta))
        cursor = page.meta.page.after
        if not page.data or not cursor:
            break
    else:
        missing.append(f"stopped at the first {search.limit}; there may be more")
    # Datadog repeats a warning on each page.
    return items[: search.limit], "; ".join(dict.fromkeys(missing))


def _body(search: Search, cursor: str) -> JsonValue:
    page: dict[str, JsonValue] = {"limit": min(search.limit, MAX_PAGE)}
    if cursor:
        page["cursor"] = cursor
    body: JsonValue = {
        "filter": {
            "query": search.query,
            "from": iso(search.window.start),
            "to": iso(search.window.end),
        },
        "sort": "timestamp",
        "page": page,
    }
    return {"data": {"type": search.wrap, "attributes": body}} if search.wrap else body


def missing_from(meta: Meta) -> list[str]:
    """What an answer says of its own gaps."""
    missing = [one_line(f"{warning.title}: {warning.detail}") for warning in meta.warnings]
    if meta.status == "timeout":
        missing.append("Datadog ran out of time and gave what it had found")
    return missing
