"""Rayne's own API, and the sandbox's levers, as the command line uses them."""

from datetime import timedelta
from typing import Self, cast

import httpx
from pydantic import JsonValue

from domain.errors import NotFound, Rejected, Unavailable, UnexpectedReply

TIMEOUT = timedelta(seconds=20)

Json = dict[str, JsonValue]


class RayneApi:
    """One base address, answers as JSON objects, refusals as domain errors."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    @classmethod
    def connect(cls, url: str, *, token: str | None = None) -> Self:
        """Sends nothing yet."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return cls(
            httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT.total_seconds())
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def get(self, path: str) -> Json:
        return await self._ask("GET", path, None)

    async def post(self, path: str, body: Json) -> Json:
        return await self._ask("POST", path, body)

    async def _ask(self, method: str, path: str, body: Json | None) -> Json:
        try:
            reply = await self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            where = self._http.base_url
            raise Unavailable(f"{where} does not answer: is `rayne up` running?") from error
        if reply.status_code == 404:
            raise NotFound(f"{method} {path}: there is no such thing")
        if reply.is_client_error:
            raise Rejected(f"{method} {path} was refused: {reply.text[:300]}")
        if reply.is_server_error:
            raise Unavailable(f"{method} {path} failed with {reply.status_code}")
        return _object(reply)


def _object(reply: httpx.Response) -> Json:
    try:
        found = reply.json()
    except ValueError as error:
        raise UnexpectedReply(f"{reply.request.url} answered no JSON") from error
    if not isinstance(found, dict):
        raise UnexpectedReply(f"{reply.request.url} answered no JSON object")
    return cast(Json, found)
