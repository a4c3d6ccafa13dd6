"""Asks Datadog's HTTP API: one request, then one typed answer or one domain error."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

import httpx
from pydantic import JsonValue, ValidationError

from dd_lib.answers import Answer
from dd_lib.refusals import HTTP_FAILURES, failure, refusal
from domain.errors import Misconfigured, UnexpectedReply

AnswerT = TypeVar("AnswerT", bound=Answer)
Query = Mapping[str, str | int]


class DatadogClient:
    """Never retries: whoever asks knows whether asking again is safe."""

    def __init__(
        self, http: httpx.AsyncClient, timeout: timedelta, secrets: tuple[str, ...]
    ) -> None:
        self._http = http
        self._seconds = timeout.total_seconds()
        self._secrets = secrets

    @classmethod
    def connect(
        cls,
        *,
        api_url: str,
        api_key: str,
        app_key: str,
        timeout: timedelta,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> "DatadogClient":
        """`timeout` bounds a whole request. `transport` replaces the network."""
        headers = {
            "Accept": "application/json",
            "DD-API-KEY": _usable(api_key, "DD_API_KEY"),
            "DD-APPLICATION-KEY": _usable(app_key, "DD_APP_KEY"),
        }
        try:
            http = httpx.AsyncClient(
                base_url=api_url,
                headers=headers,
                timeout=timeout.total_seconds(),
                transport=transport,
            )
        except httpx.InvalidURL as error:
            raise Misconfigured(f"DD_API_URL is not an address: {api_url!r}") from error
        return cls(http, timeout, (api_key.strip(), app_key.strip()))

    async def get(self, path: str, answer: type[AnswerT], query: Query | None = None) -> AnswerT:
        return await self._ask("GET", path, answer, query=query)

    async def post(self, path: str, answer: type[AnswerT], body: JsonValue) -> AnswerT:
        return await self._ask("POST", path, answer, body=body)

    async def put(self, path: str, answer: type[AnswerT], body: JsonValue) -> AnswerT:
        return await self._ask("PUT", path, answer, body=body)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _ask(
        self,
        method: str,
        path: str,
        answer: type[AnswerT],
        *,
        query: Query | None = None,
        body: JsonValue = None,
    ) -> AnswerT:
        asked = f"{method} {path}"
        try:
            # httpx bounds each read; only this bounds an answer that drips in for ever.
            async with asyncio.timeout(self._seconds):
                response = await self._http.request(method, path, params=query, json=body)
        except HTTP_FAILURES as error:
            raise failure(error, asked) from error
        refused = refusal(response, asked, self._secrets)
        if refused:
            raise refused
        return _read(response.content, answer, asked)


def _usable(key: str, variable: str) -> str:
    """The key, fit for a header; a pasted newline would otherwise fail with the key in the text."""
    stripped = key.strip()
    if not stripped or not stripped.isascii() or not stripped.isprintable() or " " in stripped:
        raise Misconfigured(f"{variable} is empty or holds characters that no key has")
    return stripped


def _read(content: bytes, answer: type[AnswerT], asked: str) -> AnswerT:
    try:
        return answer.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise UnexpectedReply(
            f"Datadog's answer to {asked} has not the agreed shape: {where}: {first['type']}"
        ) from error
