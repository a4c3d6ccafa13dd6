"""Times in every spelling the API takes."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_lib.sandbox.moments import (
    from_milliseconds,
    iso_milliseconds,
    parse_moment,
    to_milliseconds,
)
from domain.errors import InvalidInput
from tests.factories import NOON


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOON),
        ("now-15m", NOON - timedelta(minutes=15)),
        ("now-30s", NOON - timedelta(seconds=30)),
        ("now+1d", NOON + timedelta(days=1)),
        ("now-2w", NOON - timedelta(weeks=2)),
        ("1767355200000", NOON),
        ("2026-01-02T12:00:00Z", NOON),
        ("2026-01-02T13:00:00+01:00", NOON),
        ("2026-01-02T12:00:00.000Z", NOON),
        ("2026-01-02T12:00:00", NOON),
        (" now ", NOON),
    ],
)
def test_time_is_read(text: str, moment: datetime) -> None:
    assert parse_moment(text, NOON) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "now-", "now-5", "now-5x", "2026-13-01", "5"])
def test_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not a time"):
        parse_moment(text, NOON)


def test_time_before_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidInput, match="is not a time"):
        parse_moment("now-9999y", NOON)


@given(milliseconds=st.integers(0, 4_102_444_800_000))
def test_milliseconds_survive_the_way_there_and_back(milliseconds: int) -> None:
    assert to_milliseconds(from_milliseconds(milliseconds)) == milliseconds


@given(moment=st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC)))  # noqa: DTZ001  bounds are naive
def test_written_time_is_read_again_to_the_millisecond(moment: datetime) -> None:
    written = iso_milliseconds(moment)

    assert to_milliseconds(parse_moment(written, NOON)) == to_milliseconds(moment)


def test_written_time_is_in_utc() -> None:
    cairo = NOON.astimezone(timezone(timedelta(hours=2)))

    assert iso_milliseconds(cairo) == "2026-01-02T12:00:00.000Z"
