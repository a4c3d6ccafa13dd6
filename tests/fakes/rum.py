"""Visits in memory, and their sums in plain Python: what PostgreSQL's are compared with."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import Forbidden, NotFound, RayneError
from domain.evidence import Window
from domain.paging import Piece
from domain.rum import (
    RESUME_WITHIN,
    Activity,
    Arrival,
    Arrived,
    Departure,
    RumEvent,
    RumEventType,
    TimeBucket,
    TopPage,
    Visitor,
    VisitorAnalytics,
    VisitorSession,
)


@dataclass
class FakeVisits:
    """Plays both `Visits` and `VisitHistory`. Made-up ids count upwards."""

    visitors: dict[str, Visitor] = field(default_factory=dict)
    visits: dict[str, VisitorSession] = field(default_factory=dict)
    events: list[RumEvent] = field(default_factory=list)
    last_seen: dict[str, datetime] = field(default_factory=dict)  # of sessions
    fails_with: RayneError | None = None
    _ids: int = 0

    async def arrive(self, arrival: Arrival) -> Arrived:
        self._answer()
        uuid = arrival.visitor_uuid or self._new_id()
        is_new = uuid not in self.visitors
        self._meet(uuid, arrival)
        session_id = self._latest(uuid, arrival.at) or self._begin(None, uuid, arrival)
        self._touch(session_id, arrival.at)
        return Arrived(visitor_uuid=uuid, session_id=session_id, is_new=is_new)

    async def record(self, activity: Activity) -> str:
        self._answer()
        self._refuse_stranger(activity.session_id, activity.visitor_uuid)
        self._meet(activity.visitor_uuid, activity)
        session_id = self._session_for(activity)
        self._touch(session_id, activity.at)
        for event in activity.events:
            self._add(
                RumEvent(
                    **event.model_dump(),
                    id=len(self.events) + 1,
                    visitor_uuid=activity.visitor_uuid,
                    session_id=session_id,
                    timestamp=activity.at,
                )
            )
        return session_id

    async def depart(self, departure: Departure) -> None:
        self._answer()
        session = self.visits.get(departure.session_id)
        if session is None:
            return
        if departure.visitor_uuid:
            self._refuse_stranger(departure.session_id, departure.visitor_uuid)
        if session.end_time is not None:
            return
        last_seen = self.last_seen[session.session_id]
        end = max(last_seen, departure.at) if _is_live(last_seen, departure.at) else last_seen
        self.last_seen[session.session_id] = end
        self._see(session.visitor_uuid, end)
        self._change(
            session.session_id, end_time=end, exit_page=departure.exit_page or session.exit_page
        )

    async def visitor(self, uuid: str) -> Visitor:
        self._answer()
        if uuid not in self.visitors:
            raise NotFound(f"there is no visitor {uuid!r}")
        return self.visitors[uuid]

    async def session(self, session_id: str, *, now: datetime) -> VisitorSession:
        self._answer()
        if session_id not in self.visits:
            raise NotFound(f"there is no session {session_id!r}")
        return self._as_read(self.visits[session_id], now)

    async def session_events(self, session_id: str, *, limit: int) -> tuple[RumEvent, ...]:
        self._answer()
        return tuple(event for event in self.events if event.session_id == session_id)[:limit]

    async def sessions(self, piece: Piece, *, now: datetime) -> tuple[VisitorSession, ...]:
        self._answer()
        newest_first = sorted(
            self.visits.values(), key=lambda one: (one.start_time, one.id), reverse=True
        )
        if piece.before is not None:
            ids = [one.id for one in newest_first]
            newest_first = (
                newest_first[ids.index(piece.before) + 1 :] if piece.before in ids else []
            )
        found = newest_first[piece.skip : piece.skip + piece.size]
        return tuple(self._as_read(one, now) for one in found)

    async def count_new_visitors(self, window: Window) -> int:
        self._answer()
        return sum(_within(window, visitor.first_seen) for visitor in self.visitors.values())

    async def analytics(self, window: Window, *, bucket: timedelta) -> VisitorAnalytics:
        self._answer()
        visits = [
            self._as_read(one, window.end)
            for one in self.visits.values()
            if _within(window, one.start_time)
        ]
        events = [event for event in self.events if _within(window, event.timestamp)]
        views = [event for event in events if event.event_type is RumEventType.VIEW]
        uuids = {one.visitor_uuid for one in visits}
        new = {uuid for uuid in uuids if self.visitors[uuid].first_seen >= window.start}
        lasting = [one.duration_ms for one in visits if one.duration_ms > 0]
        return VisitorAnalytics(
            unique_visitors=len(uuids),
            total_sessions=len(visits),
            total_page_views=len(views),
            avg_session_duration_ms=sum(lasting) / len(lasting) if lasting else 0.0,
            new_visitors=len(new),
            returning_visitors=len(uuids - new),
            top_pages=_top_pages(views),
            by_device=Counter(one.device_type or "" for one in visits),
            by_browser=Counter(one.browser or "" for one in visits),
            buckets=_buckets(window, bucket, visits, events),
        )

    def _answer(self) -> None:
        if self.fails_with:
            raise self.fails_with

    def _new_id(self) -> str:
        self._ids += 1
        return str(UUID(int=self._ids))

    def _meet(self, uuid: str, told: Arrival | Activity) -> None:
        salted = f"{told.at.date()}|{told.caller.address}".encode()
        known = self.visitors.get(uuid) or Visitor(
            id=len(self.visitors) + 1,
            uuid=uuid,
            first_seen=told.at,
            last_seen=told.at,
            session_count=0,
            total_views=0,
        )
        self.visitors[uuid] = known.model_copy(
            update={
                "last_seen": max(known.last_seen, told.at),
                "user_agent": told.caller.user_agent or known.user_agent,
                "ip_hash": hashlib.sha256(salted).hexdigest(),
            }
        )

    def _refuse_stranger(self, session_id: str, visitor_uuid: str) -> None:
        session = self.visits.get(session_id)
        if session and session.visitor_uuid != visitor_uuid:
            raise Forbidden("that session belongs to another visitor")

    def _session_for(self, activity: Activity) -> str:
        named = activity.session_id
        if named in self.visits and _is_live(self.last_seen[named], activity.at):
            return named
        made_up = None if named in self.visits else named
        latest = self._latest(activity.visitor_uuid, activity.at)
        return latest or self._begin(made_up, activity.visitor_uuid, activity)

    def _latest(self, visitor_uuid: str, at: datetime) -> str | None:
        live = [
            (self.last_seen[one.session_id], one.id, one.session_id)
            for one in self.visits.values()
            if one.visitor_uuid == visitor_uuid
            and one.start_time <= at
            and _is_live(self.last_seen[one.session_id], at)
        ]
        return max(live)[2] if live else None

    def _begin(self, session_id: str | None, visitor_uuid: str, told: Arrival | Activity) -> str:
        referrer, entry_page = (
            (told.referrer, told.entry_page)
            if isinstance(told, Arrival)
            else (None, told.events[0].page_url)
        )
        session = VisitorSession(
            id=len(self.visits) + 1,
            visitor_uuid=visitor_uuid,
            session_id=session_id or self._new_id(),
            start_time=told.at,
            page_views=0,
            duration_ms=0,
            referrer=referrer,
            entry_page=entry_page,
            user_agent=told.caller.user_agent or None,
            **told.caller.client.model_dump(),
        )
        self.visits[session.session_id] = session
        self.last_seen[session.session_id] = told.at
        visitor = self.visitors[visitor_uuid]
        self.visitors[visitor_uuid] = visitor.model_copy(
            update={"session_count": visitor.session_count + 1}
        )
        return session.session_id

    def _touch(self, session_id: str, at: datetime) -> None:
        self.last_seen[session_id] = max(self.last_seen[session_id], at)
        self._change(session_id, end_time=None)

    def _add(self, event: RumEvent) -> None:
        self.events.append(event)
        if event.event_type is not RumEventType.VIEW:
            return
        session, visitor = self.visits[event.session_id], self.visitors[event.visitor_uuid]
        self._change(session.session_id, page_views=session.page_views + 1)
        self.visitors[visitor.uuid] = visitor.model_copy(
            update={"total_views": visitor.total_views + 1}
        )

    def _see(self, visitor_uuid: str, at: datetime) -> None:
        visitor = self.visitors[visitor_uuid]
        self.visitors[visitor_uuid] = visitor.model_copy(
            update={"last_seen": max(visitor.last_seen, at)}
        )

    def _change(self, session_id: str, **update: object) -> None:
        self.visits[session_id] = self.visits[session_id].model_copy(update=update)

    def _as_read(self, session: VisitorSession, now: datetime) -> VisitorSession:
        last_seen = self.last_seen[session.session_id]
        fell_silent = None if _is_live(last_seen, now) else last_seen
        return session.model_copy(
            update={
                "end_time": session.end_time or fell_silent,
                "duration_ms": (last_seen - session.start_time) // timedelta(milliseconds=1),
            }
        )


def _is_live(last_seen: datetime, now: datetime) -> bool:
    return last_seen >= now - RESUME_WITHIN


def _within(window: Window, moment: datetime) -> bool:
    return window.start <= moment <= window.end


def _top_pages(views: Iterable[RumEvent]) -> tuple[TopPage, ...]:
    counts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for view in views:
        if view.page_url is None:
            continue
        counts[view.page_url] += 1
        titles[view.page_url] = view.page_title or titles.get(view.page_url, "")
    most_viewed = sorted(counts.items(), key=lambda one: (-one[1], one[0].encode()))[:10]
    return tuple(TopPage(page_url=url, page_title=titles[url], views=n) for url, n in most_viewed)


def _buckets(
    window: Window, width: timedelta, visits: list[VisitorSession], events: list[RumEvent]
) -> tuple[TimeBucket, ...]:
    def counted(moments: Iterable[datetime]) -> Counter[int]:
        return Counter((moment - window.start) // width for moment in moments)

    sessions = counted(one.start_time for one in visits)
    of = {
        kind: counted(event.timestamp for event in events if event.event_type is kind)
        for kind in RumEventType
    }
    return tuple(
        TimeBucket(
            start=window.start + number * width,
            sessions=sessions[number],
            page_views=of[RumEventType.VIEW][number],
            errors=of[RumEventType.ERROR][number],
        )
        for number in range((window.end - window.start) // width + 1)
    )
