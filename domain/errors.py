"""Every way Rayne can say no. Would asking again help, and whose fault is it?

RayneError
  Rejected              the request is wrong; asking again changes nothing
    InvalidInput        422
    Unauthenticated     401
    Forbidden           403
    NotFound            404
    Conflict            409
    TooLarge            413
    TooManyRequests     429   this caller has had its share for now
    NotOffered          501   this Rayne was not set up to do it
  Unavailable           somebody else is down or busy; asking again may work
    RateLimited         503
    TimedOut            504
    Garbled             502   an answer came, but damaged; the next one may be whole
  Broken                our bug or our configuration; a person must look
    Misconfigured       500   e.g. a key that Anthropic refuses
      KeyRefused        502   upstream does not take our keys for this request
    UnexpectedReply     502   upstream spoke, but not the agreed shape
"""

from datetime import timedelta
from typing import ClassVar


class RayneError(Exception):
    """The root. `status` is the HTTP answer, `retryable` Temporal's verdict."""

    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    retry_after: timedelta | None = None


class Rejected(RayneError):
    status = 400


class InvalidInput(Rejected):
    status = 422


class Unauthenticated(Rejected):
    status = 401


class Forbidden(Rejected):
    status = 403


class NotFound(Rejected):
    status = 404


class Conflict(Rejected):
    status = 409


class TooLarge(Rejected):
    status = 413


class TooManyRequests(Rejected):
    """Never for Datadog: it would drop the alert. `retry_after` is how long to be silent."""

    status = 429

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotOffered(Rejected):
    """What was asked for is left out here. The message says which setting would add it."""

    status = 501


class Unavailable(RayneError):
    """Time heals it. `retry_after` is how long upstream asked us to wait."""

    status = 503
    retryable = True

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RateLimited(Unavailable):
    pass


class TimedOut(Unavailable):
    status = 504


class Garbled(Unavailable):
    """A model wrote something unreadable: chance, unlike UnexpectedReply, so worth another try."""

    status = 502


class Broken(RayneError):
    pass


class Misconfigured(Broken):
    pass


class KeyRefused(Misconfigured):
    """A caller whose own token is good must not read 401: upstream refused us, not them."""

    status = 502


class UnexpectedReply(Broken):
    status = 502
