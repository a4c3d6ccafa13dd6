"""What there is to count of this process, for Prometheus."""

from fastapi import APIRouter, Response

from api.access import ForViewers
from api.dependencies import FromResources
from domain.errors import NotOffered

router = APIRouter(tags=["health"], dependencies=[ForViewers])


_TEXT = {"text/plain": {"schema": {"type": "string"}}}


@router.get("/metrics", response_class=Response, responses={200: {"content": _TEXT}})
async def get_metrics(resources: FromResources) -> Response:
    """In Prometheus's text format; docs/metrics.md has the names."""
    if resources.telling.metrics is None:
        raise NotOffered("this process counts nothing")
    scraped = await resources.telling.metrics.scrape(resources.status, resources.clock())
    return Response(scraped.text, media_type=scraped.media_type)
