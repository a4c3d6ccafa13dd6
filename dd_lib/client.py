"""Asks Datadog's HTTP API: one request, then one typed answer or one domain error."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
from cachetools import TTLCache
from pydantic import BaseModel, JsonValue, ValidationError

from dd_lib.rate_limits import RateLimits
from dd_lib.refusals import HTTP_FAILURES, failure, refusal
from domain.errors import InvalidInput, Misconfigured, UnexpectedReply
from domain.telemetry import UNWATCHED, Watch

AnswerT = TypeVar("AnswerT", bound=BaseModel)
Query = Mapping[str, str | int | bool]
Parts = tuple[str | int, ...]

DEFAULT_TIMEOUT = timedelta(seconds=20)
DEFAULT_PATIENCE = timedelta(seconds=20)  # for a rate limit; with the request itself within a step
RECENT = timedelta(seconds=30)
MOST_RECENT_ANSWERS = 256


@dataclass(frozen=True)
class Question:
    """`path` has a {} for each of `parts`, which are quoted where they need it.

    `midway`: it asks for the rest of what has been answered in part.
    """

    method: str
    path: str
    parts: Parts = ()
    query: Query | None = None
    body: JsonValue = None
    midway: bool = False

    @property
    def route(self) -> str:
        """What Datadog's rate limits can be known by."""
        return f"{self.method} {self.path}"

    @property
    def address(self) -> str:
        if any(str(part) in ("", ".", "..") for part in self.parts):
            raise InvalidInput(f"{self.route} needs a name, not {self.parts!r}")
        return self.path.format(*(quote(str(part), safe="") for part in self.parts))

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


class DatadogClient:
    """Never retries: whoever asks knows whether asking again is safe. What it does is wait for
    its turn where Datadog limits how often may be asked.

    A path has a {} for each variable part, and `parts` fill them.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        timeout: timedelta,
        secrets: tuple[str, ...],
        limits: RateLimits,
    ) -> None:
        self._watch = UNWATCHED
        self._http = http
        self._seconds = timeout.total_seconds()
        self._secrets = secrets
        self._limits = limits
        self._recent: TTLCache[tuple[object, ...], BaseModel] = TTLCache(
            MOST_RECENT_ANSWERS, RECENT.total_seconds(), timer=_now
        )

    @classmethod
    def connect(
        cls,
        *,
        api_url: str,
        api_key: str,
        app_key: str,
        timeout: timedelta = DEFAULT_TIMEOUT,
        patience: timedelta = DEFAULT_PATIENCE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> "DatadogClient":
        """`timeout` bounds a whole request, `patience` the wait for a rate limit before it.
        `transport` replaces the network.
        """
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
        secrets = (api_key.strip(), app_key.strip())
        return cls(http, timeout, secrets, RateLimits(patience))

    def watched_by(self, watch: Watch) -> Self:
        self._watch = watch
        self._limits.watched_by(watch)
        return self

    async def get(
        self, path: str, answer: type[AnswerT], query: Query | None = None, *, parts: Parts = ()
    ) -> AnswerT:
        return await self._ask(Question("GET", path, parts, query), answer)

    async def get_recent(
        self, path: str, answer: type[AnswerT], query: Query | None = None, *, parts: Parts = ()
    ) -> AnswerT:
        """As `get`, where an answer that is half a minute old does as well."""
        key = (answer, path, parts, *sorted((query or {}).items()))
        known = self._recent.get(key)
        if isinstance(known, answer):
            return known
        found = await self.get(path, answer, query, parts=parts)
        self._recent[key] = found
        return found

    async def post(
        self, path: str, answer: type[AnswerT], body: JsonValue, *, midway: bool = False
    ) -> AnswerT:
        return await self._ask(Question("POST", path, body=body, midway=midway), answer)

    async def put(
        self, path: str, answer: type[AnswerT], body: JsonValue, *, parts: Parts = ()
    ) -> AnswerT:
        return await self._ask(Question("PUT", path, parts, body=body), answer)

    async def patch(
        self, path: str, answer: type[AnswerT], body: JsonValue, *, parts: Parts = ()
    ) -> AnswerT:
        return await self._ask(Question("PATCH", path, parts, body=body), answer)

    async def delete(self, path: str, *, parts: Parts = ()) -> None:
        await self._response_to(Question("DELETE", path, parts))

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _ask(self, question: Question, answer: type[AnswerT]) -> AnswerT:
        response = await self._response_to(question)
        return _read(response.content, answer, question)

    async def _response_to(self, question: Question) -> httpx.Response:
        address = question.address
        async with self._limits.turn(question.route, midway=question.midway) as turn:
            with self._watch.calling("datadog", question.route) as call:
                response = turn.answer = await self._answer_to(question, address)
                call.answered(str(response.status_code))
        refused = refusal(response, str(question), self._secrets)
        if refused:
            raise refused
        return response

    async def _answer_to(self, question: Question, address: str) -> httpx.Response:
        try:
            # httpx bounds each read; only this bounds an answer that drips in for ever.
            async with asyncio.timeout(self._seconds):
                return await self._http.request(
                    question.method, address, params=question.query, json=question.body
                )
        except HTTP_FAILURES as error:
            raise failure(error, str(question)) from error


def _usable(key: str, variable: str) -> str:
    """The key, fit for a header; a pasted newline would otherwise fail with the key in the text."""
    stripped = key.strip()
    if not stripped or not stripped.isascii() or not stripped.isprintable() or " " in stripped:
        raise Misconfigured(f"{variable} is empty or holds characters that no key has")
    return stripped


def _read(content: bytes, answer: type[AnswerT], asked: Question) -> AnswerT:
    try:
        return answer.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise UnexpectedReply(
            f"Datadog's answer to {asked} has not the agreed shape: {where}: {first['type']}"
        ) from error


def _now() -> float:
    return asyncio.get_running_loop().time()
