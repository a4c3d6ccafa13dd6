"""What Datadog means when it says no: HTTP statuses and httpx's exceptions as domain errors."""

import json
from collections.abc import Mapping

import httpx

from dd_lib.answers import one_line
from dd_lib.rate_limits import wait_asked_for
from domain.errors import (
    Conflict,
    InvalidInput,
    KeyRefused,
    Misconfigured,
    NotFound,
    RateLimited,
    RayneError,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)

_BY_STATUS: Mapping[int, type[RayneError]] = {
    400: InvalidInput,
    401: KeyRefused,
    403: KeyRefused,
    404: NotFound,
    408: TimedOut,
    409: Conflict,
    413: InvalidInput,
    422: InvalidInput,
    429: RateLimited,
}

# The first row that fits counts, so a class stands above its parents.
_BY_EXCEPTION: tuple[tuple[type[Exception], type[RayneError]], ...] = (
    (TimeoutError, TimedOut),
    (httpx.TimeoutException, TimedOut),
    (httpx.UnsupportedProtocol, Misconfigured),
    (httpx.InvalidURL, Misconfigured),
    (httpx.LocalProtocolError, Misconfigured),
    (httpx.DecodingError, UnexpectedReply),
    (httpx.TooManyRedirects, UnexpectedReply),
    (httpx.StreamError, UnexpectedReply),
    (httpx.CookieConflict, UnexpectedReply),
    (httpx.HTTPError, Unavailable),
)

HTTP_FAILURES = tuple(failure for failure, _ in _BY_EXCEPTION)


def refusal(response: httpx.Response, asked: str, secrets: tuple[str, ...]) -> RayneError | None:
    """The error that a response stands for, or None for a 2xx. Never quotes one of `secrets`."""
    if response.is_success:
        return None
    kind = _kind_of(response.status_code)
    sentence = f"Datadog answered {response.status_code} to {asked}"
    if kind is KeyRefused:
        sentence += "; DD_API_KEY or DD_APP_KEY is wrong, for another site, or lacks a permission"
    said = _without(secrets, _what_it_said(response))
    message = f"{sentence}: {one_line(said)}" if said else sentence
    if kind is RateLimited:
        return RateLimited(message, retry_after=wait_asked_for(response.headers))
    return kind(message)


def failure(error: Exception, asked: str) -> RayneError:
    """The error that an exception of httpx stands for. Says its class only: its text may hold a
    header.
    """
    kind = next(kind for known, kind in _BY_EXCEPTION if isinstance(error, known))
    return kind(f"Datadog did not answer {asked} ({type(error).__name__})")


def _kind_of(status: int) -> type[RayneError]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return Unavailable
    return InvalidInput if status >= 400 else UnexpectedReply


def _what_it_said(response: httpx.Response) -> str:
    """The text of an error body in any of its shapes, or the body itself."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return response.text
    errors = body.get("errors") if isinstance(body, dict) else None
    listed = errors if isinstance(errors, list) else [errors or response.text]
    return "; ".join(_one_error(error) for error in listed)


def _one_error(error: object) -> str:
    """An error is a text, or a JSON:API object with a title and a detail."""
    if not isinstance(error, dict):
        return str(error)
    parts = [str(error[key]) for key in ("title", "detail") if error.get(key)]
    return ": ".join(parts) or json.dumps(error)


def _without(secrets: tuple[str, ...], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text
