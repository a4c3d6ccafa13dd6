"""Where time and new ids come from. Everybody else takes them as arguments."""

from datetime import UTC, datetime
from uuid import uuid4  # noqa: TID251 -- the one place that makes ids


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- the one place that reads the clock


def new_id() -> str:
    """32 hex digits, never given twice."""
    return uuid4().hex
