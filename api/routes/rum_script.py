"""The script that pages count their visits with, and a page to try it on."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse

from adapters.settings import ASSETS
from api.access import ForNobody
from api.dependencies import FromResources
from domain.errors import NotFound

router = APIRouter(prefix="/v1/rum", tags=["visitors"], dependencies=[ForNobody])

_SCRIPT = {
    "Cache-Control": "public, max-age=3600",
    "Cross-Origin-Resource-Policy": "cross-origin",  # pages elsewhere load it
}
_SAMPLE = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'",
}


def _text(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": {"type": "string"}}}}}


@router.get("/rayne-rum.js", response_class=FileResponse, responses=_text("text/javascript"))
async def get_script() -> FileResponse:
    return FileResponse(ASSETS / "rayne-rum.js", media_type="text/javascript", headers=_SCRIPT)


@router.get("/sample", response_class=FileResponse, responses=_text("text/html"))
async def get_sample_page(resources: FromResources) -> FileResponse:
    """On the laptop only: elsewhere it would count visits to nothing."""
    if not resources.access.is_local:
        raise NotFound("the sample page is shown in local mode only")
    return FileResponse(ASSETS / "rum-sample.html", media_type="text/html", headers=_SAMPLE)
