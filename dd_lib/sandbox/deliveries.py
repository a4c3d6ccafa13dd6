"""What was sent to webhooks, or is still to be: each delivery with all that came of it."""

from typing import Literal

from pydantic import AwareDatetime

from dd_lib.sandbox.records import Record

RETRIES = 5
_FAILED = 500  # and above: the receiver's own failure, which may pass

DeliveryState = Literal["pending", "delivered", "refused", "failed"]


class Attempt(Record):
    """One request. Without a status there was no answer, and `problem` says why."""

    at: AwareDatetime
    status: int | None = None
    problem: str = ""
    is_final: bool = False  # nothing could be sent at all


class ShownDelivery(Record):
    """Address and body without the values of secret variables, which are sent in full."""

    id: str
    webhook: str
    event_id: str
    monitor_id: str
    transition: str
    scope: str
    url: str
    body: str
    state: DeliveryState = "pending"
    attempts: tuple[Attempt, ...] = ()


class Delivery(ShownDelivery):
    """`variables` make every retry say the same."""

    variables: dict[str, str]

    def after(self, attempt: Attempt) -> "Delivery":
        """A refusal of 4xx is final; what failed otherwise is tried again, five times."""
        attempts = (*self.attempts, attempt)
        state = _state(attempt, is_last=attempt.is_final or len(attempts) > RETRIES)
        return self.model_copy(update={"attempts": attempts, "state": state})


def _state(attempt: Attempt, *, is_last: bool) -> DeliveryState:
    if attempt.status is None or attempt.status >= _FAILED:
        return "failed" if is_last else "pending"
    return "delivered" if attempt.status < 400 else "refused"
