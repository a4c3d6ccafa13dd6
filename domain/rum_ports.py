"""What counting visits needs from the outside world.

As in `domain.ports`: every method may raise a `domain.errors.RayneError` and nothing else.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from domain.evidence import Window
from domain.paging import Piece
from domain.rum import (
    Activity,
    Arrival,
    Arrived,
    Client,
    Departure,
    RumEvent,
    Visitor,
    VisitorAnalytics,
    VisitorSession,
)

ReadUserAgent = Callable[[str], Awaitable[Client]]
"""Never fails: what it does not know is Unknown."""


class Visits(Protocol):
    """Each write is one transaction, so counters agree with rows whatever happens.

    All of them move `last_seen`. A session of another visitor raises Forbidden.
    """

    async def arrive(self, arrival: Arrival) -> Arrived:
        """Resumes the visitor's session, or begins one after RESUME_WITHIN of inactivity."""
        ...

    async def record(self, activity: Activity) -> str:
        """Stores every event or none, and returns the session they belong to now.

        That is another one where the named session was left for longer than RESUME_WITHIN, or where
        nobody has heard of it: a browser makes up ids while it waits for ours. It is then the one
        that runs, and where none runs, one is begun with the ids that were made up.
        """
        ...

    async def depart(self, departure: Departure) -> None:
        """The first one is the session's last activity; repeated ones change nothing.

        An unknown session is no error: the page is gone and could not be told.
        """
        ...


class VisitHistory(Protocol):
    async def visitor(self, uuid: str) -> Visitor:
        """Raises NotFound."""
        ...

    async def session(self, session_id: str, *, now: datetime) -> VisitorSession:
        """Raises NotFound."""
        ...

    async def session_events(self, session_id: str, *, limit: int) -> tuple[RumEvent, ...]:
        """The first `limit` of them, oldest first."""
        ...

    async def sessions(self, piece: Piece, *, now: datetime) -> tuple[VisitorSession, ...]:
        """Newest start first."""
        ...

    async def count_new_visitors(self, window: Window) -> int:
        """Those first seen in the window, both of its ends included."""
        ...

    async def analytics(self, window: Window, *, bucket: timedelta) -> VisitorAnalytics:
        """Of one moment: the parts agree whatever arrives meanwhile. Ends are included."""
        ...
