"""What route handlers ask for: the world, the caller's keys, a place in the rate limit."""

from collections.abc import Callable
from typing import Annotated, cast

from fastapi import Depends, Request, Response

from dd_lib.sandbox.failures import Failures
from dd_lib.sandbox.journal import Journal
from dd_lib.sandbox.rate_limits import RateLimits
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.world import World


def the_world(request: Request) -> World:
    return cast(World, request.app.state.world)


def the_journal(request: Request) -> Journal:
    return cast(Journal, request.app.state.journal)


def the_failures(request: Request) -> Failures:
    return cast(Failures, request.app.state.failures)


def require_keys(request: Request) -> None:
    """Any key will do, but there must be both, or a bearer token."""
    if request.headers.get("authorization", "").startswith("Bearer "):
        return
    if not (request.headers.get("dd-api-key") and request.headers.get("dd-application-key")):
        raise Refusal(403, "Forbidden")


def limited(name: str, limit: int, period_seconds: int) -> Callable[[Request, Response], None]:
    """Adds the rate-limit headers. It counts and never refuses: failures are asked for."""

    def add_headers(request: Request, response: Response) -> None:
        limits = cast(RateLimits, request.app.state.rate_limits)
        response.headers.update(limits.take(name, limit, period_seconds))

    return add_headers


WorldNow = Annotated[World, Depends(the_world)]
JournalNow = Annotated[Journal, Depends(the_journal)]
FailuresNow = Annotated[Failures, Depends(the_failures)]
