"""Laws of the times that callers write."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_lib.tools.times import read_moment
from domain.errors import InvalidInput
from tests.factories import NOON

SECONDS = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("now", NOON),
        ("now-30m", NOON - timedelta(minutes=30)),
        (" now-2d ", NOON - timedelta(days=2)),
        (SECONDS, NOON),
        (str(SECONDS), NOON),
        (SECONDS * 1000 + 250, NOON + timedelta(milliseconds=250)),
        ("2026-01-02T12:00:00Z", NOON),
        ("2026-01-02T13:00:00+01:00", NOON),
        ("2026-01-02T12:00:00", NOON),
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
    ],
)
def test_every_spelling_is_read(written: str | int, meant: datetime) -> None:
    assert read_moment(written, NOON) == meant


@pytest.mark.parametrize("written", ["", "soon", "now-", "now-5", "now+5m", "now-999999w", "12:00"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput, match="is not a time"):
        read_moment(written, NOON)


@given(st.text() | st.integers())
def test_whatever_is_written_is_a_time_or_refused(written: str | int) -> None:
    try:
        moment = read_moment(written, NOON)
    except InvalidInput:
        return

    assert moment.utcoffset() == timedelta()
