"""People in memory."""

from datetime import datetime

from domain.audit import Author, Change
from domain.errors import Conflict, Forbidden, NotFound
from domain.people import Credentials, Person, Role, facts_of, name_key
from tests.fakes.people_state import FakeInvite, PeopleState


class FakePeople:
    def __init__(self, state: PeopleState) -> None:
        self.state = state

    async def add_person(self, name: str, role: Role, password_hash: str, author: Author) -> Person:
        self.state.answer()
        if self._by_name(name):
            raise Conflict(f"the name {name!r} is taken")
        number = len(self.state.people) + 1
        person = Person(id=number, name=name, role=role, created_at=self.state.now)
        self.state.people[number] = person
        self.state.hashes[number] = password_hash
        self.state.note(
            Change(author=author, action="person.added", subject=name, after=facts_of(person))
        )
        return person

    async def add_invited(
        self, name: str, password_hash: str, invite: bytes, now: datetime, author: Author
    ) -> Person:
        self.state.answer()
        known = self.state.invites.get(invite)
        if known is None or known.is_used or known.expires_at <= now:
            raise Forbidden("the invite is unknown, used or too old")
        person = await self.add_person(name, known.role, password_hash, author)
        known.is_used = True
        return person

    async def find_credentials(self, name: str) -> Credentials | None:
        self.state.answer()
        person = self._by_name(name)
        if person is None:
            return None
        return Credentials(person=person, password_hash=self.state.hashes[person.id])

    async def get_person(self, person_id: int) -> Person:
        self.state.answer()
        if person_id not in self.state.people:
            raise NotFound(f"there is no person {person_id}")
        return self.state.people[person_id]

    async def list_people(self) -> tuple[Person, ...]:
        self.state.answer()
        return tuple(self.state.people.values())

    async def change_person(
        self, person_id: int, *, role: Role | None, disabled: bool | None, author: Author
    ) -> Person:
        before = await self.get_person(person_id)
        after = self._changed(before, role, disabled)
        others = [one for one in self.state.people.values() if one.id != person_id]
        if _is_active_admin(before) and not any(map(_is_active_admin, [*others, after])):
            raise Conflict("this is the last admin: make another one first")
        self.state.people[person_id] = after
        if after.disabled_at:
            self.state.end_sessions(person_id)
        self.state.note(
            Change(
                author=author,
                action="person.changed",
                subject=after.name,
                before=facts_of(before),
                after=facts_of(after),
            )
        )
        return after

    async def set_password(self, person_id: int, password_hash: str, author: Author) -> None:
        person = await self.get_person(person_id)
        self.state.hashes[person_id] = password_hash
        self.state.end_sessions(person_id)
        self.state.note(Change(author=author, action="password.changed", subject=person.name))

    async def rehash(self, person_id: int, old_hash: str, new_hash: str) -> None:
        self.state.answer()
        if self.state.hashes[person_id] == old_hash:
            self.state.hashes[person_id] = new_hash

    async def add_invite(
        self, invite: bytes, role: Role, expires_at: datetime, author: Author
    ) -> None:
        self.state.answer()
        self.state.invites[invite] = FakeInvite(role, expires_at)
        after = {"role": role.value, "expires_at": expires_at.isoformat()}
        self.state.note(Change(author=author, action="invite.made", after={**after}))

    def _by_name(self, name: str) -> Person | None:
        key = name_key(name)
        return next((one for one in self.state.people.values() if name_key(one.name) == key), None)

    def _changed(self, person: Person, role: Role | None, disabled: bool | None) -> Person:
        disabled_at = person.disabled_at
        if disabled is not None:
            disabled_at = (disabled_at or self.state.now) if disabled else None
        return person.model_copy(update={"role": role or person.role, "disabled_at": disabled_at})


def _is_active_admin(person: Person) -> bool:
    return person.role is Role.ADMIN and person.disabled_at is None
