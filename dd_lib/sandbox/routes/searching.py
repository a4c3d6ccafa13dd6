"""A search asked in the URL, and the link to its next page."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from dd_lib.sandbox.record_search import MAX_PAGE, SearchFilter, SearchPage, SearchRequest, Sort
from dd_lib.sandbox.resources import Resource, mapping

CURSOR = "page[cursor]"


def _asked(
    *,
    query: Annotated[str, Query(alias="filter[query]")] = "*",
    from_: Annotated[str, Query(alias="filter[from]")] = "now-15m",
    to: Annotated[str, Query(alias="filter[to]")] = "now",
    sort: Sort = "-timestamp",
    cursor: Annotated[str | None, Query(alias=CURSOR)] = None,
    limit: Annotated[int, Query(alias="page[limit]", ge=1, le=MAX_PAGE)] = 10,
) -> SearchRequest:
    return SearchRequest(
        filter=SearchFilter(query=query, from_=from_, to=to),
        sort=sort,
        page=SearchPage(limit=limit, cursor=cursor),
    )


AskedInUrl = Annotated[SearchRequest, Depends(_asked)]


def with_next_link(answer: Resource, request: Request) -> Resource:
    """Adds the address of the next page, where there is one."""
    if "meta" not in answer:
        return answer
    after = mapping(mapping(answer["meta"])["page"])["after"]
    query = [pair for pair in request.query_params.multi_items() if pair[0] != CURSOR]
    url = request.url.replace(query=urlencode([*query, (CURSOR, str(after))]))
    return answer | {"links": {"next": str(url)}}
