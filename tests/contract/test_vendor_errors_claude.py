"""None of the anthropic client's exceptions escapes its adapter."""

from collections.abc import Iterator
from datetime import timedelta

import anthropic
import httpx2
import pytest

from adapters.claude import Claude
from adapters.claude_errors import translated
from domain.digest import Digest
from domain.errors import RayneError
from domain.investigation import Transcript
from tests.factories import a_case

REQUEST = httpx2.Request(
    "POST", "https://api.anthropic.com/v1/messages", headers={"authorization": "Bearer grapefruit"}
)


def family(root: type[anthropic.AnthropicError]) -> Iterator[type[anthropic.AnthropicError]]:
    yield root
    for child in root.__subclasses__():
        yield from family(child)


EVERY_EXCEPTION = sorted(set(family(anthropic.AnthropicError)), key=lambda cls: cls.__name__)


def made(cls: type[anthropic.AnthropicError]) -> anthropic.AnthropicError:
    """An exception as the client makes it, with a telltale in its text."""
    text = "grapefruit"
    if issubclass(cls, anthropic.APIStatusError):
        status = getattr(cls, "status_code", 500)
        body = {"type": "error", "error": {"type": "api_error", "message": text}}
        response = httpx2.Response(status, request=REQUEST, json=body)
        return cls(text, response=response, body=body)
    if issubclass(cls, anthropic.APIResponseValidationError):
        return cls(httpx2.Response(200, request=REQUEST), {text: text}, message=text)
    if issubclass(cls, anthropic.APITimeoutError):
        return cls(REQUEST)
    if issubclass(cls, anthropic.APIConnectionError):
        return cls(message=text, request=REQUEST)
    if issubclass(cls, anthropic.APIError):
        return cls(text, REQUEST, body={text: text})
    return cls.__new__(cls, text)  # their constructors differ; the text is all that matters


def client_that_raises(error: anthropic.AnthropicError) -> anthropic.AsyncAnthropic:
    async def fail(_request: object, _call_next: object) -> anthropic.AsyncAPIResponse[object]:
        raise error

    return anthropic.AsyncAnthropic(api_key="key", max_retries=0, middleware=[fail])


def test_the_family_is_complete_enough_to_prove_something() -> None:
    assert anthropic.OverloadedError in EVERY_EXCEPTION
    assert len(EVERY_EXCEPTION) > 50


@pytest.mark.parametrize("cls", EVERY_EXCEPTION, ids=lambda cls: cls.__name__)
def test_every_exception_becomes_one_of_ours_that_does_not_quote_it(
    cls: type[anthropic.AnthropicError],
) -> None:
    error = translated(made(cls), credential="ANTHROPIC_API_KEY", model="claude-sonnet-5-5")

    assert isinstance(error, RayneError)
    assert "grapefruit" not in str(error)


@pytest.mark.parametrize(
    "cls",
    [
        anthropic.APITimeoutError,
        anthropic.APIConnectionError,
        anthropic.APIResponseValidationError,
        anthropic.OverloadedError,
        anthropic.CredentialsError,
        anthropic.AnthropicError,
    ],
    ids=lambda cls: cls.__name__,
)
async def test_an_exception_of_the_client_does_not_escape_the_adapter(
    cls: type[anthropic.AnthropicError],
) -> None:
    client = client_that_raises(made(cls))
    claude = Claude(client, model="claude-sonnet-5-5", credential="X", timeout=timedelta(seconds=5))

    with pytest.raises(RayneError) as explaining:
        await claude.explain(a_case())
    with pytest.raises(RayneError) as investigating:
        await claude.take_turn(a_case(), Digest(sections=()), Transcript(), (), conclude="")

    assert "grapefruit" not in repr([explaining.value, investigating.value])
    await claude.close()


@pytest.mark.parametrize("status", range(300, 600))
def test_every_status_becomes_one_of_our_errors(status: int) -> None:
    response = httpx2.Response(status, request=REQUEST)
    theirs = anthropic.APIStatusError("made up", response=response, body=None)

    error = translated(theirs, credential="ANTHROPIC_API_KEY", model="claude-sonnet-5-5")

    assert f"status {status}" in str(error)
    assert error.retryable is (status in {408, 409, 429, 499} or (status >= 500 and status != 501))
