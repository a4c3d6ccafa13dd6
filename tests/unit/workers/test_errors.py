"""Each error's two verdicts: what HTTP says and whether Temporal tries again."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationErrorCategory

from domain import errors
from workers.errors import A_PERSON, to_application_error


def leaves(cls: type[errors.RayneError]) -> list[type[errors.RayneError]]:
    children = cls.__subclasses__()
    return [leaf for child in children for leaf in leaves(child)] if children else [cls]


@pytest.mark.parametrize("error", leaves(errors.RayneError), ids=lambda cls: cls.__name__)
def test_every_error_has_a_status_and_a_retry_verdict(error: type[errors.RayneError]) -> None:
    verdict = to_application_error(error("boom"))

    assert 400 <= error.status < 600
    assert verdict.type == error.__name__
    assert verdict.non_retryable is not error.retryable


def test_only_outages_are_retried() -> None:
    retried = {cls for cls in leaves(errors.RayneError) if cls.retryable}

    assert retried == set(leaves(errors.Unavailable))


def test_a_step_without_a_deadline_gives_up_only_what_was_rejected() -> None:
    given_up = {
        cls
        for cls in leaves(errors.RayneError)
        if to_application_error(cls("boom"), has_deadline=False).non_retryable
    }

    assert given_up == set(leaves(errors.Rejected))


def test_what_a_person_must_mend_is_tried_again_without_hurry() -> None:
    verdict = to_application_error(errors.Misconfigured("boom"), has_deadline=False)

    assert verdict.next_retry_delay == A_PERSON


def test_the_wait_that_upstream_asked_for_becomes_the_retry_delay() -> None:
    error = errors.RateLimited("slow down", retry_after=timedelta(seconds=7))

    assert to_application_error(error).next_retry_delay == timedelta(seconds=7)


def test_waiting_for_a_turn_is_not_counted_as_a_failure() -> None:
    verdicts = {
        cls: to_application_error(cls("boom")).category for cls in leaves(errors.RayneError)
    }

    assert {
        cls for cls, category in verdicts.items() if category is ApplicationErrorCategory.BENIGN
    } == set(leaves(errors.RateLimited))
