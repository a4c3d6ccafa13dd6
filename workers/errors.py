"""Turn domain errors into Temporal's verdict: try again, or stop."""

from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory, FailureError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.errors import RateLimited, RayneError, Rejected

# A person has to put it right first, so there is no hurry.
A_PERSON = timedelta(seconds=30)
FOR_EVER = timedelta(days=365)  # some servers name a deadline of years where none was set


class ErrorTranslator(Interceptor):
    """Keeps traces and vendors' texts out of histories: a domain error says its sentence."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Translate(next)


class _Translate(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: ANN401 - the SDK's signature
        try:
            return await super().execute_activity(input)
        except RayneError as error:
            # `from None`: the chain below may quote request bodies, and histories are for ever.
            raise to_application_error(error, has_deadline=_has_deadline()) from None
        except FailureError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a step: see below
            # A defect of ours: the trace goes to the log, for its text may quote what it choked on.
            activity.logger.exception("activity.broken")
            raise _defect(error, has_deadline=_has_deadline()) from None


def to_application_error(error: RayneError, *, has_deadline: bool = True) -> ApplicationError:
    """A step without a deadline waits until a person has put right what time does not heal.

    Waiting for one's turn is no failure: it is neither logged as one nor counted.
    """
    is_turn = isinstance(error, RateLimited)
    is_final = isinstance(error, Rejected) or (has_deadline and not error.retryable)
    return ApplicationError(
        str(error),
        type=type(error).__name__,
        non_retryable=is_final,
        next_retry_delay=error.retry_after if error.retryable or is_final else A_PERSON,
        category=ApplicationErrorCategory.BENIGN
        if is_turn
        else ApplicationErrorCategory.UNSPECIFIED,
    )


def _defect(error: Exception, *, has_deadline: bool) -> ApplicationError:
    name = type(error).__name__
    return ApplicationError(
        f"a defect of Rayne's ({name}); the worker's log says where",
        type=name,
        non_retryable=has_deadline,
        next_retry_delay=None if has_deadline else A_PERSON,
    )


def _has_deadline() -> bool:
    """Whether somebody goes on without this step's result when it takes too long."""
    deadline = activity.info().schedule_to_close_timeout
    return deadline is not None and deadline < FOR_EVER
