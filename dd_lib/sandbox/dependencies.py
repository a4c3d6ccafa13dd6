"""What route handlers ask for: the world, the caller's keys, a place in the rate limit."""

from collections.abc import Callable
from typing import Annotated, cast

from fastapi import Depends, Request, Response

from dd_lib.sandbox.courier import Courier
from dd_lib.sandbox.failures import Failures
from dd_lib.sandbox.journal import Journal
from dd_lib.sandbox.rate_limits import LimitRule, RateLimits
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.world import World


def the_world(request: Request) -> World:
    return cast(World, request.app.state.world)


def the_journal(request: Request) -> Journal:
    return cast(Journal, request.app.state.journal)


def the_failures(request: Request) -> Failures:
    return cast(Failures, request.app.state.failures)


def the_rate_limits(request: Request) -> RateLimits:
    return cast(RateLimits, request.app.state.rate_limits)


def the_courier(request: Request) -> Courier:
    return cast(Courier, request.app.state.courier)


def require_keys(request: Request) -> None:
    """Any key will do, but there must be both, or a bearer token."""
    if request.headers.get("authorization", "").startswith("Bearer "):
        return
    if not (request.headers.get("dd-api-key") and request.headers.get("dd-application-key")):
        raise Refusal(403, "Forbidden")


def require_api_key(request: Request) -> None:
    """What only writes needs no application key."""
    if request.headers.get("authorization", "").startswith("Bearer "):
        return
    if not request.headers.get("dd-api-key"):
        raise Refusal(403, "Forbidden")


# A client that heeds limits would make an afternoon of trying things wait for hours: Datadog gives
# an account 300 searches of logs an hour, and an analysis takes about ten.
ALLOWANCE = 100


def limited(
    name: str, limit: int | None = None, period_seconds: int = 3600
) -> Callable[[Request, Response], None]:
    """Counts in the bucket `name`.

    A `limit` is Datadog's. `ALLOWANCE` times as much is told in headers, on the endpoints that
    Datadog limits, and never refuses; a limit set through /sandbox/limits does.
    """
    usual = None
    if limit is not None:
        usual = LimitRule(name=name, requests=limit * ALLOWANCE, period_seconds=period_seconds)

    def take_place(request: Request, response: Response) -> None:
        place = the_rate_limits(request).take(name, usual)
        if place is None:
            return
        request.state.told_with_refusals = place.headers
        if place.is_refused:
            raise Refusal(429, "Too many requests")
        response.headers.update(place.headers)

    return take_place


WorldNow = Annotated[World, Depends(the_world)]
JournalNow = Annotated[Journal, Depends(the_journal)]
FailuresNow = Annotated[Failures, Depends(the_failures)]
RateLimitsNow = Annotated[RateLimits, Depends(the_rate_limits)]
CourierNow = Annotated[Courier, Depends(the_courier)]
