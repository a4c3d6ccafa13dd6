"""Logs and events are searched alike: a window, a query, an order, pages by cursor."""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import Field

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.moments import parse_moment, to_milliseconds
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.search import Searchable, parse_query

MAX_PAGE = 1000

Sort = Literal["timestamp", "-timestamp"]


class SearchFilter(Closed):
    query: str = "*"
    from_: str = Field(default="now-15m", alias="from")
    to: str = "now"
    indexes: tuple[str, ...] = ("*",)
    storage_tier: str = "indexes"


class SearchPage(Closed):
    limit: int = Field(default=10, ge=1, le=MAX_PAGE)
    cursor: str | None = None


class SearchRequest(Closed):
    filter: SearchFilter = SearchFilter()
    sort: Sort = "-timestamp"
    page: SearchPage = SearchPage()
    options: dict[str, object] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record that can be found, and how it is answered."""

    at: datetime
    id: str
    searchable: Searchable
    resource: Resource

    @property
    def position(self) -> tuple[int, str]:
        return to_milliseconds(self.at), self.id


def search(entries: Iterable[Entry], request: SearchRequest, now: datetime) -> Resource:
    """One page. As Datadog does it, every page with an entry names a next one, which may well be
    empty; an empty page has no `meta`.
    """
    found = matching(entries, request.filter, now)
    backwards = request.sort == "-timestamp"
    found.sort(key=lambda entry: entry.position, reverse=backwards)
    if request.page.cursor:
        last = _read_cursor(request.page.cursor)
        found = [e for e in found if (e.position < last if backwards else e.position > last)]
    page = found[: request.page.limit]
    answer: Resource = {"data": [entry.resource for entry in page]}
    if page:
        answer["meta"] = {
            "elapsed": 1,
            "status": "done",
            "page": {"after": _write_cursor(page[-1].position)},
        }
    return answer


def matching(entries: Iterable[Entry], filter_: SearchFilter, now: datetime) -> list[Entry]:
    """Scenarios may reach into the future; what has not happened yet is not found."""
    start = parse_moment(filter_.from_, now)
    end = min(parse_moment(filter_.to, now), now)
    asked = parse_query(filter_.query)
    return [entry for entry in entries if start <= entry.at <= end and asked(entry.searchable)]


def _write_cursor(position: tuple[int, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _read_cursor(cursor: str) -> tuple[int, str]:
    try:
        milliseconds, record_id = json.loads(base64.urlsafe_b64decode(cursor))
        return int(milliseconds), str(record_id)
    except (binascii.Error, TypeError, ValueError) as error:
        raise Refusal(
            400, "API input validation failed: Field 'page' is invalid: invalid cursor"
        ) from error
