"""Claude as the investigator: one call to the Messages API for each turn, and one for a whole case.

The answer's shape is asked for with `output_config.format`, not with a forced tool: Claude 5.5
models reject forced tools with a 400, while constrained decoding works on every model since 4.5.
It binds the text alone, so that tools may be called beside it, and it never changes, for another
format would begin another prompt cache. The client's `messages.parse` is not used, for it raises
before one can see why Claude stopped.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.resources import files
from typing import Final, Literal, Self

import anthropic
import httpx2
from anthropic.types import OutputConfigParam, TextBlockParam, ToolChoiceParam

from adapters.claude_conversation import CACHED, described, messages
from adapters.claude_errors import translated
from adapters.claude_prompt import SYSTEM, describe
from adapters.claude_reply import SCHEMA, read_reply, read_turn
from domain.analysis import Draft
from domain.case import Case
from domain.digest import Digest
from domain.errors import Misconfigured, TimedOut
from domain.investigation import ToolDescription, Transcript, Turn
from domain.telemetry import UNWATCHED, Watch

Effort = Literal["low", "medium", "high", "xhigh", "max"]

API_URL: Final = "https://api.anthropic.com"
# Thinking counts too. At some 60 tokens a second this is written within the timeout.
MAX_TOKENS: Final = 12_000
_CONNECT_SECONDS: Final = 10.0
# A bearer token of OAuth is refused without it.
_OAUTH_BETA: Final = "oauth-2025-04-20"
_INVESTIGATOR: Final = (
    files("adapters").joinpath("claude_investigator.md").read_text(encoding="utf-8")
)

_NOTES: Final = "\n\n# Notes of the people whose systems these are\n\n"


class Claude:
    """Implements `Investigator` and `Analyst`. Keeps one pool of connections; `close` gives them
    back.
    """

    def __init__(
        self,
        client: anthropic.AsyncAnthropic,
        *,
        model: str,
        credential: str,
        timeout: timedelta,
        effort: Effort | None = None,
    ) -> None:
        self._watch = UNWATCHED
        self._client = client
        self._investigator = _INVESTIGATOR
        self._model = model
        self._output: OutputConfigParam = {"format": {"type": "json_schema", "schema": SCHEMA}}
        if effort:
            self._output["effort"] = effort
        self._credential = credential
        self._timeout = timeout

    @classmethod
    def connect(
        cls,
        *,
        api_key: str | None,
        auth_token: str | None,
        base_url: str | None,
        model: str,
        timeout: timedelta,
        effort: Effort | None = None,
    ) -> Self:
        """Sends nothing yet. With both a key and a token given, the key is used.

        `timeout` bounds one whole answer; without an `effort` the model takes its own. Raises
        Misconfigured, naming the variable.
        """
        credential = "ANTHROPIC_API_KEY" if api_key else "ANTHROPIC_AUTH_TOKEN"
        secret = _checked(api_key or auth_token, credential)
        # At DEBUG the client logs whole requests: prompts must not reach our logs.
        logging.getLogger("anthropic").setLevel(logging.INFO)
        try:
            client = anthropic.AsyncAnthropic(
                api_key=secret if api_key else None,
                auth_token=None if api_key else secret,
                base_url=base_url or API_URL,  # given always: else the client reads a variable
                timeout=httpx2.Timeout(timeout.total_seconds(), connect=_CONNECT_SECONDS),
                max_retries=0,  # Temporal retries, where attempts and waits can be seen
                default_headers=_headers(secret, oauth=not api_key),
                open_telemetry=False,  # its variables could put prompts into traces
            )
        except httpx2.InvalidURL:
            raise Misconfigured("ANTHROPIC_BASE_URL is not an address") from None
        return cls(client, model=model, credential=credential, timeout=timeout, effort=effort)

    def watched_by(self, watch: Watch) -> Self:
        self._watch = watch
        return self

    def heed(self, house_notes: str) -> None:
        """Adds the operator's notes to the instructions: never text from outside."""
        self._investigator = (
            f"{_INVESTIGATOR}{_NOTES}{house_notes}" if house_notes else _INVESTIGATOR
        )

    async def take_turn(
        self,
        case: Case,
        digest: Digest,
        transcript: Transcript,
        tools: Sequence[ToolDescription],
        *,
        conclude: str,
    ) -> Turn:
        """One paid call, without retries. Not idempotent: asking again costs again.

        `conclude` says why no more may be asked, or is "". The tools are sent all the same: without
        them nothing of the prompt would be found in the cache.
        """
        said = messages(case, digest, transcript, conclude=conclude)
        async with self._in_our_words("take a turn"):
            response = await self._client.messages.with_raw_response.create(
                model=self._model,
                max_tokens=MAX_TOKENS,
                tools=described(tools) or anthropic.omit,
                tool_choice=_choice(conclude) if tools else anthropic.omit,
                system=_cached(self._investigator),
                output_config=self._output,
                messages=said,
            )
            body = await response.text()
        return read_turn(body, number=len(transcript.turns) + 1)

    async def explain(self, case: Case) -> Draft:
        """One paid call, without retries. Not idempotent: asking again costs again."""
        return read_reply(await self._ask(describe(case)))

    async def check(self) -> None:
        """Returns when Claude takes the key and offers the model. Costs nothing."""
        async with self._in_our_words("check the key"):
            await self._client.models.retrieve(self._model)

    async def close(self) -> None:
        await self._client.close()

    async def _ask(self, case: str) -> str:
        """The body of Claude's answer."""
        async with self._in_our_words("explain a case"):
            response = await self._client.messages.with_raw_response.create(
                model=self._model,
                max_tokens=MAX_TOKENS,
                system=_cached(SYSTEM),
                output_config=self._output,
                messages=[{"role": "user", "content": case}],
            )
            return await response.text()

    @asynccontextmanager
    async def _in_our_words(self, what: str) -> AsyncIterator[None]:
        """Raises our errors, without theirs as a cause.

        Theirs hold the request, key and prompt included, and causes end up in logs and histories.
        """
        with self._watch.calling("claude", what) as call:
            call.note("gen_ai.request.model", self._model)
            try:
                # The client's timeout is for each read; a dripping answer would outlast it.
                async with asyncio.timeout(self._timeout.total_seconds()):
                    yield
            except TimeoutError:
                raise TimedOut(f"Claude did not answer within {self._timeout}") from None
            except anthropic.AnthropicError as error:
                raise translated(error, credential=self._credential, model=self._model) from None


def _cached(instructions: str) -> list[TextBlockParam]:
    """They and the tools before them never change, so all analyses share them in the cache."""
    return [{"type": "text", "text": instructions, "cache_control": CACHED}]


def _choice(conclude: str) -> ToolChoiceParam:
    return {"type": "none"} if conclude else {"type": "auto"}


def _checked(secret: str | None, credential: str) -> str:
    """A key that fits into a header: another would end up in the client's error, in clear."""
    if not secret:
        raise Misconfigured("Claude needs ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN")
    if not all("!" <= letter <= "~" for letter in secret):
        raise Misconfigured(f"{credential} holds blanks or letters that no key has")
    return secret


def _headers(secret: str, *, oauth: bool) -> dict[str, str]:
    # Given here as well, for ANTHROPIC_CUSTOM_HEADERS would win over the client's own.
    headers = {"Authorization": f"Bearer {secret}"}
    return headers | {"anthropic-beta": _OAUTH_BETA} if oauth else headers
