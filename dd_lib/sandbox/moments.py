"""Times in the spellings that Datadog's API takes and gives."""

import re
from datetime import UTC, datetime, timedelta

from domain.errors import InvalidInput

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "M": timedelta(days=30),
    "y": timedelta(days=365),
}
_DATE_MATH = re.compile(r"now(?:(?P<sign>[+-])(?P<count>\d{1,6})(?P<unit>[smhdwMy]))?\Z")
_SPAN = re.compile(r"(?P<count>[1-9]\d{0,5})(?P<unit>[smhdw])\Z")
_DIGITS = re.compile(r"\d{10,14}\Z")


def parse_moment(text: str, now: datetime) -> datetime:
    """Date math ("now-15m"), epoch milliseconds, or ISO-8601. Raises InvalidInput."""
    text = text.strip()
    if math := _DATE_MATH.match(text):
        return _apply(math, now)
    if _DIGITS.match(text):
        return from_milliseconds(int(text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is not a time") from error
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _apply(math: re.Match[str], now: datetime) -> datetime:
    if not math["unit"]:
        return now
    span = _UNITS[math["unit"]] * int(math["count"])
    try:
        return now - span if math["sign"] == "-" else now + span
    except OverflowError as error:
        raise InvalidInput(f"{math[0]!r} is not a time") from error


def parse_span(text: str) -> int:
    """Seconds of "30s", "5m", "1h", "1d". Raises InvalidInput."""
    match = _SPAN.match(text.strip())
    if not match:
        raise InvalidInput(f"{text!r} is not a length of time")
    return int(match["count"]) * (_UNITS[match["unit"]] // timedelta(seconds=1))


def from_milliseconds(milliseconds: int) -> datetime:
    """Exact to the millisecond, which a float of seconds is not."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def to_milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def to_seconds(moment: datetime) -> int:
    return to_milliseconds(moment) // 1000


def iso_milliseconds(moment: datetime) -> str:
    """As logs and events spell it: "2026-01-02T12:00:00.000Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{moment.microsecond // 1000:03d}Z"
    )


def iso_offset(moment: datetime) -> str:
    """As notebooks, monitors and downtimes spell it: "2026-01-02T12:00:00.000000+00:00"."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def iso_seconds(moment: datetime) -> str:
    """As deployments spell it: "2026-01-02T12:00:00Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
