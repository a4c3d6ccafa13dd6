"""The door of the API: notes each request, and lets it fail where a rule says so."""

import asyncio
from typing import Protocol

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dd_lib.sandbox.failures import FailureKind, FailureRule, Failures
from dd_lib.sandbox.journal import Journal
from dd_lib.sandbox.rate_limits import headers
from dd_lib.sandbox.refusals import text_errors, titled_errors


class Gate:
    """Must be the outermost middleware: to hang up it needs the server's own `receive`."""

    def __init__(self, app: ASGIApp, journal: Journal, failures: Failures) -> None:
        self._app = app
        self._journal = journal
        self._failures = failures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        self._journal.note(scope, body)
        rule = self._failures.next_for(scope["method"], scope["path"])
        if rule is None:
            await self._app(scope, _again(body, receive), send)
            return
        await self._fail(rule, scope, _again(body, receive), send)
        if rule.kind in (FailureKind.DROP, FailureKind.DROP_AFTER_WRITE):
            await _hang_up(receive)

    async def _fail(self, rule: FailureRule, scope: Scope, receive: Receive, send: Send) -> None:
        if rule.kind is FailureKind.STATUS:
            route = f"{scope['method']} {scope['path']}"
            await _error_answer(rule, route)(scope, receive, send)
        elif rule.kind is FailureKind.SLOW:
            await asyncio.sleep(rule.seconds)
            await self._app(scope, receive, send)
        elif rule.kind is FailureKind.DROP_AFTER_WRITE:
            await self._app(scope, receive, _nowhere)


async def _read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that tells the body a second time."""
    told = False

    async def tell() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return tell


def _error_answer(rule: FailureRule, route: str) -> JSONResponse:
    text = f"The sandbox was told to answer {rule.status}"
    body = titled_errors(rule.status, text) if rule.titled else text_errors(text)
    extra = {}
    if rule.status == 429:
        # Of that route alone: whoever shares a bucket's name shares its window.
        extra = headers(route, rule.limit, 10, remaining=0, reset_seconds=rule.reset_seconds)
    return JSONResponse(body, status_code=rule.status, headers=extra)


async def _nowhere(_message: Message) -> None:
    """The answer nobody gets."""


class _Connection(Protocol):
    def abort(self) -> None: ...


async def _hang_up(receive: Receive) -> None:
    """Closes the connection. ASGI has no word for it, so this asks uvicorn's request for its
    transport; where there is none (a test calling the app directly) the caller gets the error.
    """
    request = getattr(receive, "__self__", None)
    transport: _Connection | None = getattr(request, "transport", None)
    if transport is None:
        raise ConnectionResetError("the sandbox hung up")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
