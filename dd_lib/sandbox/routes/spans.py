"""Spans: searched in a body or in a URL."""

from typing import Literal

from fastapi import APIRouter, Depends, Request

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.moments import parse_moment
from dd_lib.sandbox.record_search import SearchRequest, search
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.routes.searching import AskedInUrl, with_next_link
from dd_lib.sandbox.span_entries import span_entries
from dd_lib.sandbox.world import World

router = APIRouter(
    dependencies=[Depends(require_keys), Depends(limited("spans_public_search_api", 300))]
)


class SpanSearchData(Closed):
    type: Literal["search_request"] = "search_request"
    attributes: SearchRequest = SearchRequest()


class SpanSearchRequest(Closed):
    data: SpanSearchData = SpanSearchData()


@router.post("/api/v2/spans/events/search")
async def search_spans(world: WorldNow, request: SpanSearchRequest | None = None) -> Resource:
    asked = request or SpanSearchRequest()
    return _search(world, asked.data.attributes)


@router.get("/api/v2/spans/events")
async def list_spans(world: WorldNow, request: Request, asked: AskedInUrl) -> Resource:
    return with_next_link(_search(world, asked), request)


def _search(world: World, asked: SearchRequest) -> Resource:
    """Unlike logs and events, spans refuse a window that ends before it begins."""
    now = world.clock()
    if parse_moment(asked.filter.from_, now) > parse_moment(asked.filter.to, now):
        raise Refusal(
            422,
            "invalid_argument(Field 'filter.from,to' is invalid: "
            "'from' should be anterior to 'to')",
        )
    return search(span_entries(world.telemetry().spans), asked, now)
