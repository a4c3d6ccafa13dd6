"""When an analysis may run, and when it should ask again."""

from datetime import timedelta

import pytest

from domain.admission import LATEST, Standing, not_yet


def a_standing(**changes: int) -> Standing:
    return Standing.model_validate(
        {"is_running": False, "running": 0, "ahead": 0, "waiting": 0} | changes
    )


@pytest.mark.parametrize(
    ("running", "ahead", "may"), [(0, 0, True), (1, 0, True), (2, 0, False), (1, 1, False)]
)
def test_a_place_is_free_for_the_first_who_wait(running: int, ahead: int, may: bool) -> None:
    assert a_standing(running=running, ahead=ahead).may_run(2) is may


def test_one_that_runs_goes_on_whatever_the_limit_is_now() -> None:
    assert a_standing(is_running=True, running=5).may_run(1)


def test_the_first_in_line_asks_again_soonest() -> None:
    assert not_yet(a_standing(running=2), 2).retry_after == timedelta(seconds=1)


def test_the_further_behind_the_seldomer_it_asks() -> None:
    assert not_yet(a_standing(running=2, ahead=8), 2).retry_after == timedelta(seconds=5)


def test_the_last_of_thousands_still_asks_twice_a_minute() -> None:
    assert not_yet(a_standing(running=2, ahead=9_000), 2).retry_after == LATEST


def test_who_waits_reads_its_place_and_what_would_change_it() -> None:
    told = str(not_yet(a_standing(running=2, ahead=3, waiting=6), 2))

    assert "place 4 of 7" in told
    assert "RAYNE_MAX_ANALYSES is 2" in told
