"""Visits to a team's own pages: who came, what they did there, and for how long."""

from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime, JsonValue

from domain.values import Value

RESUME_WITHIN = timedelta(minutes=30)
"""Of inactivity: who comes back sooner goes on with the session there was."""


class RumEventType(StrEnum):
    VIEW = "view"
    ACTION = "action"
    ERROR = "error"
    RESOURCE = "resource"
    LONG_TASK = "long_task"


class Client(Value):
    """What a browser says of itself, in the words that statistics are counted by."""

    device_type: str = "desktop"  # desktop | mobile | tablet | bot
    browser: str = "Unknown"
    os: str = "Unknown"


class Caller(Value):
    """Where a request came from. The address is never stored, only its salted hash."""

    address: str
    user_agent: str = ""
    client: Client = Client()


class Arrival(Value):
    """A page was loaded. Without a known visitor it is the first visit of a new one."""

    at: AwareDatetime
    caller: Caller
    visitor_uuid: str | None = None  # a stranger's is adopted: browsers may make their own
    referrer: str | None = None
    entry_page: str | None = None


class Arrived(Value):
    visitor_uuid: str
    session_id: str
    is_new: bool  # the visitor, not the session


class TrackedEvent(Value):
    event_type: RumEventType
    page_url: str | None = None
    page_title: str | None = None
    action_name: str | None = None
    action_type: str | None = None
    error_message: str | None = None
    duration_ms: int | None = None
    metadata: dict[str, JsonValue] | None = None


class Activity(Value):
    """What one page has seen of one visitor since it last told, oldest first, at least one."""

    at: AwareDatetime
    caller: Caller
    visitor_uuid: str
    session_id: str
    events: tuple[TrackedEvent, ...]


class Departure(Value):
    """A page was closed or hidden, perhaps to come back."""

    at: AwareDatetime
    session_id: str
    visitor_uuid: str | None = None
    exit_page: str | None = None


class Visitor(Value):
    id: int
    uuid: str
    first_seen: AwareDatetime
    last_seen: AwareDatetime
    session_count: int
    total_views: int
    user_agent: str | None = None
    ip_hash: str | None = None  # tells visitors of one day apart, and nothing a day later


class VisitorSession(Value):
    """`duration_ms` spans the first to the last activity.

    `end_time` is null while the session can be resumed and nobody said that it is over.
    """

    id: int
    visitor_uuid: str
    session_id: str
    start_time: AwareDatetime
    end_time: AwareDatetime | None = None
    page_views: int
    duration_ms: int
    referrer: str | None = None
    entry_page: str | None = None
    exit_page: str | None = None
    user_agent: str | None = None
    device_type: str | None = None
    browser: str | None = None
    os: str | None = None


class RumEvent(TrackedEvent):
    id: int
    visitor_uuid: str
    session_id: str
    timestamp: AwareDatetime


class TopPage(Value):
    page_url: str
    page_title: str  # the latest that was told
    views: int


class TimeBucket(Value):
    """Sessions that began, pages viewed and errors met from `start` until the next bucket's."""

    start: AwareDatetime
    sessions: int
    page_views: int
    errors: int


class VisitorAnalytics(Value):
    """Visitors are those with a session that began in the window: each is new or returning."""

    unique_visitors: int
    total_sessions: int
    total_page_views: int
    avg_session_duration_ms: float  # of the sessions that lasted at all
    new_visitors: int
    returning_visitors: int
    top_pages: tuple[TopPage, ...]  # at most ten, most viewed first
    by_device: dict[str, int]  # sessions
    by_browser: dict[str, int]
    buckets: tuple[TimeBucket, ...]  # without a gap; they add up to the totals
