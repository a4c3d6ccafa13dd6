"""Logins in memory."""

from datetime import datetime

from domain.audit import Author, Change
from domain.people import SESSION_FOR, Person, Session
from tests.fakes.people_state import FakeSession, PeopleState


class FakeSessions:
    def __init__(self, state: PeopleState) -> None:
        self.state = state

    async def open_session(
        self, person: Person, refresh: bytes, now: datetime, author: Author
    ) -> Session:
        self.state.answer()
        number = len(self.state.sessions) + 1
        self.state.sessions[number] = FakeSession(number, person.id, now + SESSION_FOR)
        self.state.refreshes[refresh] = number
        self.state.note(Change(author=author, action="session.opened", subject=person.name))
        return Session(id=number, person=person, expires_at=now + SESSION_FOR)

    async def renew(
        self, used: bytes, fresh: bytes, now: datetime, author: Author
    ) -> Session | None:
        self.state.answer()
        number = self.state.refreshes.get(used)
        if number is None:
            return None
        if used in self.state.used:
            self.state.end_session(number, now, author, "session.replayed")
            return None
        self.state.used.add(used)
        session = await self.find_session(number, now)
        if session:
            self.state.refreshes[fresh] = number
        return session

    async def find_session(self, session_id: int, now: datetime) -> Session | None:
        self.state.answer()
        known = self.state.sessions.get(session_id)
        if known is None or known.ended_at or known.expires_at <= now:
            return None
        person = self.state.people[known.person_id]
        if person.disabled_at:
            return None
        return Session(id=known.id, person=person, expires_at=known.expires_at)

    async def end_session(self, session_id: int, now: datetime, author: Author) -> None:
        self.state.answer()
        self.state.end_session(session_id, now, author, "session.ended")
