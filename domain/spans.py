"""Spans of time and clock times in words."""

from datetime import UTC, datetime, timedelta


def in_words(span: timedelta) -> str:
    """Like "40 seconds", "8 minutes" or "5.5 hours"; never negative."""
    seconds = max(span.total_seconds(), 0.0)
    if seconds < 60:
        return _counted(round(seconds), "second")
    if seconds < 90 * 60:
        return _counted(round(seconds / 60), "minute")
    return f"{seconds / 3600:.1f}".removesuffix(".0") + " hours"


def clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%H:%M} UTC"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
