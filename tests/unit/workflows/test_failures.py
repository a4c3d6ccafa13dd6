"""What is said of a step that failed for good."""

import pytest
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    CancelledError,
    FailureError,
    RetryState,
    TimeoutError,  # noqa: A004 - Temporal's own
    TimeoutType,
)

from workflows.failures import reason


def an_activity_error(cause: FailureError) -> ActivityError:
    error = ActivityError(
        "Activity task failed",
        scheduled_event_id=1,
        started_event_id=2,
        identity="worker",
        activity_type="fetch_logs",
        activity_id="1",
        retry_state=RetryState.MAXIMUM_ATTEMPTS_REACHED,
    )
    error.__cause__ = cause
    return error


def a_timeout(cause: FailureError | None = None) -> TimeoutError:
    error = TimeoutError("t", type=TimeoutType.SCHEDULE_TO_CLOSE, last_heartbeat_details=[])
    error.__cause__ = cause
    return error


def test_the_domain_errors_sentence_is_the_reason() -> None:
    assert reason(an_activity_error(ApplicationError("Datadog is down"))) == "Datadog is down"


def test_a_deadline_tells_what_the_last_attempt_said() -> None:
    timeout = a_timeout(ApplicationError("Datadog is down"))

    assert reason(an_activity_error(timeout)) == "no answer in time; last: Datadog is down"


def test_a_deadline_without_any_attempts_failure_says_just_that() -> None:
    assert reason(an_activity_error(a_timeout())) == "no answer in time"


def test_cancellation_is_never_a_reason() -> None:
    error = an_activity_error(CancelledError("stop"))

    with pytest.raises(ActivityError):
        reason(error)
