"""Stands before a server's application and keeps all that is said on both sides."""

from collections.abc import Iterable

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.contract.asking_datadog import Exchange


class Overhearing:
    """An ASGI application. `exchanges` come in the order of their answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.exchanges: list[Exchange] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked: list[bytes] = []
        answered: list[Message] = []

        async def hear_question() -> Message:
            message = await receive()
            asked.append(message.get("body", b""))
            return message

        async def hear_answer(message: Message) -> None:
            answered.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                # Before it is sent, for whoever got the answer may look at once.
                self.exchanges.append(_exchange(scope, asked, answered))
            await send(message)

        await self._app(scope, hear_question, hear_answer)


def _exchange(scope: Scope, asked: Iterable[bytes], answered: list[Message]) -> Exchange:
    path = scope["raw_path"].decode()
    query = scope["query_string"].decode()
    request = httpx.Request(
        scope["method"],
        f"http://datadog.test{path}?{query}",
        headers=scope["headers"],
        content=b"".join(asked),
    )
    answer = b"".join(message.get("body", b"") for message in answered)
    return Exchange(request, answered[0]["status"], answer)
