"""Which pages may count visits here: those of listed origins, and our own."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import Forbidden

WRITES = ("/v1/rum/init", "/v1/rum/track", "/v1/rum/session/end")

_ALLOWED_HEADERS = (
    "Content-Type, X-Visitor-UUID, traceparent, tracestate, x-datadog-origin, "
    "x-datadog-parent-id, x-datadog-sampling-priority, x-datadog-trace-id"
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
    "Access-Control-Max-Age": "7200",
}


class RumOrigins:
    """Every other path has no CORS at all. A request without an origin is not from a page."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        origin = headers.get("Origin")
        if origin is None or scope["path"] not in WRITES:
            await self._app(scope, receive, send)
        elif not self._may_write(origin, headers):
            await _refused()(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            allowed = {**_PREFLIGHT, **_readable_by(origin)}
            await Response(headers=allowed)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send, _readable_by(origin)))

    def _may_write(self, origin: str, headers: Headers) -> bool:
        return origin in self._origins or urlsplit(origin).netloc == headers.get("Host")


def _readable_by(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return sending


def _refused() -> JSONResponse:
    text = (
        "visits of this page's origin are not counted here: RAYNE_RUM_ORIGINS lists those that are"
    )
    reply = {"error": text, "code": Forbidden.__name__}
    return JSONResponse(reply, status_code=Forbidden.status, headers={"Vary": "Origin"})
