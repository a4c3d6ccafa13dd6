"""What to say of a step that failed for good."""

from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    ChildWorkflowError,
    FailureError,
    TimeoutError,  # noqa: A004 - Temporal's own, not the built-in one
    is_cancelled_exception,
)


def reason(error: FailureError) -> str:
    """One sentence from the failure that caused `error`; cancellation is raised again.

    A cancelled run must stop, not look like one whose sources stayed silent.
    """
    if is_cancelled_exception(error):
        raise error
    cause = error.cause if isinstance(error, ActivityError | ChildWorkflowError) else error
    if isinstance(cause, ActivityError):  # a step of the child's
        return reason(cause)
    if isinstance(cause, TimeoutError):
        # Temporal keeps the last attempt's failure below the deadline that ended the attempts.
        last = cause.cause
        return f"no answer in time; last: {last}" if last else "no answer in time"
    if isinstance(cause, ApplicationError):
        return cause.message
    return str(cause)
