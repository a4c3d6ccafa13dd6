"""Turn domain errors into Temporal's verdict: try again, or stop."""

from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory, FailureError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.errors import RateLimited, RayneError


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
            raise to_application_error(error) from None
        except FailureError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a step: see below
            # A defect of ours: the trace goes to the log, for its text may quote what it choked on.
            activity.logger.exception("activity.broken")
            name = type(error).__name__
            raise ApplicationError(
                f"a defect of Rayne's ({name}); the worker's log says where",
                type=name,
                non_retryable=True,
            ) from None


def to_application_error(error: RayneError) -> ApplicationError:
    """Waiting for one's turn is no failure: it is neither logged as one nor counted."""
    is_turn = isinstance(error, RateLimited)
    return ApplicationError(
        str(error),
        type=type(error).__name__,
        non_retryable=not error.retryable,
        next_retry_delay=error.retry_after,
        category=ApplicationErrorCategory.BENIGN
        if is_turn
        else ApplicationErrorCategory.UNSPECIFIED,
    )
