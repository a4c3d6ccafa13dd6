"""What every request and every answer goes through, failed ones too."""

import json
import re

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from adapters.clock import new_id
from api.bodies import MAX_BYTES
from api.telling import Answering

REQUEST_ID = "X-Request-Id"
_INCIDENT = re.compile(r"/v1/incidents/([0-9]{1,18})(?:/|$)")
_REQUEST_ID = REQUEST_ID.lower().encode()
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

MOST_BYTES = 1024 * 1024
# What senders post is cut and kept instead, however long: a 4xx to Datadog is a lost alert.
_TAKES_ANY = ("/v1/webhooks/receive",)
_TAKES_MORE = {"/analyze": MAX_BYTES}

_TOO_LARGE = "the body is too large"
# Raw, as they are sent: every answer takes the time that it takes to add them. A route may say
# otherwise.
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
_OVER_HTTPS = (*_HEADERS, (b"strict-transport-security", b"max-age=31536000"))


class GuardedApp(FastAPI):
    """Outside of every middleware, so that the answer to a defect of ours is guarded too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        most = _most_bytes(scope)
        with (
            bound_contextvars(request_id=request_id, **_subject(scope)),
            self.state.telling.requests.taking(scope) as watched,
        ):
            is_https = scope["scheme"] == "https"
            answer = _with_headers(send, request_id, watched, is_https=is_https)
            if most is not None and _announces_more(headers, most):
                await _refuse(answer)
            else:
                await super().__call__(scope, _limited(receive, most), answer)


def _request_id(headers: Headers) -> str:
    """The caller's, if it is one that can do no harm in a log or a header."""
    given = headers.get(REQUEST_ID, "")
    return given if _SANE_ID.fullmatch(given) else new_id()


def _subject(scope: Scope) -> dict[str, int]:
    """What the request is about, where its path says so."""
    match = _INCIDENT.match(scope["path"])
    return {"incident_id": int(match[1])} if match else {}


def _most_bytes(scope: Scope) -> int | None:
    path = scope["path"]
    return None if path in _TAKES_ANY else _TAKES_MORE.get(path, MOST_BYTES)


def _announces_more(headers: Headers, most: int) -> bool:
    length = headers.get("Content-Length", "")
    return length.isascii() and length.isdigit() and int(length[:20]) > most


def _limited(receive: Receive, most: int | None) -> Receive:
    """For bodies that come in pieces, without a word on their length."""
    if most is None:
        return receive
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return receive_some


def _with_headers(send: Send, request_id: str, watched: Answering, *, is_https: bool) -> Send:
    ours = _OVER_HTTPS if is_https else _HEADERS
    named = (_REQUEST_ID, request_id.encode())

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            watched.answered(message["status"])
            given = message.get("headers", ())
            names = {name.lower() for name, _ in given}
            message["headers"] = [
                *(pair for pair in given if pair[0].lower() != _REQUEST_ID),
                *(pair for pair in ours if pair[0] not in names),
                named,
            ]
        await send(message)

    return send_guarded


async def _refuse(send: Send) -> None:
    body = json.dumps({"error": _TOO_LARGE, "code": "TooLarge"}).encode()
    start = {
        "type": "http.response.start",
        "status": 413,
        "headers": [(b"content-type", b"application/json"), (b"connection", b"close")],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})
