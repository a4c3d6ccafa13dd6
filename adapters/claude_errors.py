"""The anthropic client's exceptions in our words: would asking again help, and who must act?"""

import math
from datetime import timedelta
from typing import Final

import anthropic

from domain.errors import (
    InvalidInput,
    Misconfigured,
    RateLimited,
    RayneError,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)

LONGEST_WAIT: Final = timedelta(seconds=60)

_TO_CONFIGURE: Final = {
    401: "Claude refused {credential}",
    402: "the Anthropic account behind {credential} has a billing problem",
    403: "Claude does not let {credential} do this",
    404: "Claude knows no model {model!r}: check RAYNE_CLAUDE_MODEL and ANTHROPIC_BASE_URL",
}

# The API has no code for these yet; the words are part of its 400 and 429 messages.
_NO_MONEY: Final = ("credit balance", "usage limit", "spend limit", "billing")
_TOO_LONG: Final = ("too long", "context window", "context limit")
_NOT_THIS_MODEL: Final = ("does not support", "not supported")
_NO_MONEY_CODES: Final = ("contract_spend_limit_reached", "enforced_spend_limit_reached")


def translated(error: anthropic.AnthropicError, *, credential: str, model: str) -> RayneError:
    """Our error for theirs. `credential` is the name of the variable that holds the key.

    Never quotes their message: a gateway may echo the request in it. The request id is enough to
    find the call in Anthropic's console.
    """
    match error:
        case anthropic.APITimeoutError():
            return TimedOut("Claude did not answer in time")
        case anthropic.APIConnectionError() | anthropic.RetryableError():
            return Unavailable("Claude cannot be reached")
        case anthropic.APIStatusError():
            return _from_status(error, credential, model)
        case anthropic.CredentialsError():
            return Misconfigured(f"the credentials in {credential} cannot be used")
        case _:
            return UnexpectedReply(f"the anthropic client gave up ({type(error).__name__})")


def _from_status(error: anthropic.APIStatusError, credential: str, model: str) -> RayneError:
    where = f"status {error.status_code}, request {_request_id(error)}"
    match error.status_code:
        case 400 | 413 | 422:
            return _refused(error, model, where)
        case status if status in _TO_CONFIGURE:
            advice = _TO_CONFIGURE[status].format(credential=credential, model=model)
            return Misconfigured(f"{advice} ({where})")
        case 429:
            return _limited(error, credential, where)
        case status if status in {408, 409, 499} or (status >= 500 and status != 501):
            return _down(error, where)
        case _:
            return UnexpectedReply(f"Claude answered with a status we do not know ({where})")


def _refused(error: anthropic.APIStatusError, model: str, where: str) -> RayneError:
    if error.status_code == 413 or _mentions(error, _TOO_LONG):
        return InvalidInput(f"the case is too long for model {model!r} ({where})")
    if _mentions(error, _NO_MONEY):
        return Misconfigured(f"the Anthropic account has no credit left to spend ({where})")
    if error.error_code == "organization_on_hold":
        return Misconfigured(f"Anthropic put the organization on hold ({where})")
    if _mentions(error, _NOT_THIS_MODEL):
        return Misconfigured(
            f"model {model!r} cannot do what is asked of it: see RAYNE_CLAUDE_MODEL and"
            f" RAYNE_CLAUDE_EFFORT ({where})"
        )
    return InvalidInput(f"Claude refused the request as invalid ({where})")


def _limited(error: anthropic.APIStatusError, credential: str, where: str) -> RayneError:
    # A spend limit lasts for days: waiting is no remedy, raising the limit is.
    if error.error_code in _NO_MONEY_CODES or _says_stop(error):
        return Misconfigured(f"the account of {credential} reached its spend limit ({where})")
    return RateLimited(f"Claude asked us to slow down ({where})", retry_after=_wait(error))


def _down(error: anthropic.APIStatusError, where: str) -> RayneError:
    if _says_stop(error):
        return UnexpectedReply(f"Claude failed and says that a retry will not help ({where})")
    if error.status_code in {408, 504}:
        return TimedOut(f"Claude did not answer in time ({where})", retry_after=_wait(error))
    return Unavailable(f"Claude is down or overloaded ({where})", retry_after=_wait(error))


def _mentions(error: anthropic.APIStatusError, words: tuple[str, ...]) -> bool:
    message = (error.api_message or "").lower()
    return any(word in message for word in words)


def _says_stop(error: anthropic.APIStatusError) -> bool:
    return error.response.headers.get("x-should-retry") == "false"


def _wait(error: anthropic.APIStatusError) -> timedelta | None:
    """How long they ask us to wait, at most a minute; None where they name no number."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        seconds = _number(headers.get(name)) * unit
        if seconds >= 0:
            return min(timedelta(seconds=min(seconds, 1e6)), LONGEST_WAIT)
    return None


def _number(text: str | None) -> float:
    """The number in a header, or NaN, which is never >= 0."""
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


def _request_id(error: anthropic.APIStatusError) -> str:
    """Anthropic's id of the request; a header, so only its letters, digits and underscores."""
    return "".join(c for c in (error.request_id or "")[:64] if c.isalnum() or c == "_") or "unknown"
