"""Spans of time in words."""

from datetime import timedelta

import pytest

from domain.spans import clock, in_words
from tests.factories import NOON


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=80), "1 minute"),
        (timedelta(minutes=8), "8 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=5, minutes=30), "5.5 hours"),
    ],
)
def test_a_span_reads_as_people_say_it(span: timedelta, words: str) -> None:
    assert in_words(span) == words


def test_a_moment_is_told_with_its_zone() -> None:
    assert clock(NOON) == "12:00 UTC"
