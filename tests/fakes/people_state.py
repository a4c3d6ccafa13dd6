"""What the fake stores of people share."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.audit import AuditEntry, Author, Change
from domain.errors import RayneError
from domain.people import ApiToken, Person, Role
from tests.factories import NOON


@dataclass
class FakeSession:
    id: int
    person_id: int
    expires_at: datetime
    ended_at: datetime | None = None


@dataclass
class FakeInvite:
    role: Role
    expires_at: datetime
    is_used: bool = False


@dataclass
class PeopleState:
    fails_with: RayneError | None = None
    now: datetime = NOON
    people: dict[int, Person] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)  # of passwords
    invites: dict[bytes, FakeInvite] = field(default_factory=dict)
    sessions: dict[int, FakeSession] = field(default_factory=dict)
    refreshes: dict[bytes, int] = field(default_factory=dict)  # whose session
    used: set[bytes] = field(default_factory=set)
    tokens: dict[bytes, ApiToken] = field(default_factory=dict)
    log: list[AuditEntry] = field(default_factory=list)

    def answer(self) -> None:
        """What every question begins with: the outage that the test asked for, if any."""
        if self.fails_with:
            raise self.fails_with

    def note(self, change: Change) -> None:
        told = change.model_dump(exclude={"author"}) | change.author.model_dump()
        self.log.append(AuditEntry(id=len(self.log) + 1, at=self.now, **told))

    def end_sessions(self, person_id: int) -> None:
        for session in self.sessions.values():
            if session.person_id == person_id:
                session.ended_at = session.ended_at or self.now

    def end_session(self, session_id: int, now: datetime, author: Author, action: str) -> None:
        session = self.sessions.get(session_id)
        if session and session.ended_at is None:
            session.ended_at = now
            name = self.people[session.person_id].name
            self.note(Change(author=author, action=action, subject=name))
