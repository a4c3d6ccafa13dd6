"""The span of time that statistics are asked for. What makes no sense is ignored, as ever."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Query

from api.dependencies import FromResources
from domain.evidence import Window

_DAY = timedelta(days=1)
_PERIODS = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "12h": timedelta(hours=12),
    "24h": _DAY,
    "1d": _DAY,
    "7d": 7 * _DAY,
    "30d": 30 * _DAY,
}
_YEARS = range(1970, 9000)  # beyond them not every time zone has a date

_WIDTHS = (timedelta(minutes=5), timedelta(hours=1), _DAY, 7 * _DAY, 30 * _DAY)
_WIDEST = 365 * _DAY
_MOST_BUCKETS = 100


def window_asked(
    resources: FromResources,
    start: Annotated[str, Query(alias="from")] = "",
    end: Annotated[str, Query(alias="to")] = "",
    period: str = "",
) -> Window:
    """`from` and `to` are RFC 3339 or dates, which include their whole day (UTC).

    `period` (1h, 6h, 12h, 24h, 1d, 7d or 30d, before `to`) wins over `from`. Without either, a day.
    """
    until = _moment(end, time.max) or resources.clock()
    since = _moment(start, time.min)
    if period in _PERIODS or since is None or since > until:
        since = until - _PERIODS.get(period, _DAY)
    return Window(start=since, end=until)


FromWindow = Annotated[Window, Depends(window_asked)]


def bucket_width(window: Window) -> timedelta:
    """The narrowest that gives no more buckets than a chart can show."""
    span = window.end - window.start
    return next((width for width in _WIDTHS if span <= _MOST_BUCKETS * width), _WIDEST)


def _moment(text: str, time_of_date: time) -> datetime | None:
    """None where the text is neither a date nor a time with its offset."""
    try:
        if len(text) == len("2026-01-31"):
            moment = datetime.combine(datetime.fromisoformat(text), time_of_date, tzinfo=UTC)
        else:
            moment = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign in a query
        return moment.astimezone(UTC) if moment.tzinfo and moment.year in _YEARS else None
    except (ValueError, OverflowError):
        return None
