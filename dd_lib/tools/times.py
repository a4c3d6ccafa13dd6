"""Times as callers write them: "now-30m", seconds or milliseconds since 1970, or ISO-8601."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from dd_lib.tools.tool import Asking, Parameters
from domain.errors import InvalidInput
from domain.evidence import Window

Moment = Annotated[
    str | int,
    Field(description='"now", "now-30m", epoch seconds or milliseconds, or ISO-8601'),
]

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DATE_MATH = re.compile(r"now(?:-(?P<count>\d{1,6})(?P<unit>[smhdw]))?")
_DIGITS = re.compile(r"\d{9,14}")
_FIRST_MILLISECONDS = 10**11  # as seconds, that is the year 5138


class Span(Parameters):
    from_time: Moment = "now-30m"
    to_time: Moment = "now"

    def window(self, asking: Asking) -> Window:
        """Absolute from here on: each page of a search must look at the same minutes."""
        now = asking.clock()
        window = Window(start=read_moment(self.from_time, now), end=read_moment(self.to_time, now))
        if window.start >= window.end:
            raise InvalidInput(f"from_time {self.from_time!r} is not before {self.to_time!r}")
        return window


def read_moment(given: str | int, now: datetime) -> datetime:
    """Times without an offset are UTC. Raises InvalidInput."""
    text = str(given).strip()
    try:
        if math := _DATE_MATH.fullmatch(text):
            return now - _span(math)
        if _DIGITS.fullmatch(text):
            return _since_1970(int(text))
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"{given!r} is not a time") from error


def _span(math: re.Match[str]) -> timedelta:
    if not math["unit"]:
        return timedelta()
    return timedelta(**{_UNITS[math["unit"]]: int(math["count"])})


def _since_1970(number: int) -> datetime:
    seconds = number / 1000 if number >= _FIRST_MILLISECONDS else number
    return datetime.fromtimestamp(seconds, tz=UTC)
