"""People on both players: names are theirs alone, and no change goes unsaid."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from adapters.postgres.database import Database
from api.identity import Identity
from domain.audit import AuditFilter
from domain.errors import Conflict, Forbidden, NotFound
from domain.people import Role
from tests.factories import NOON
from tests.integration.postgres.identity_stores import HOUR, SOMEBODY, actions, add, real_identity


async def test_a_person_is_found_by_a_name_in_any_case(identity: Identity) -> None:
    person = await add(identity, "Mia")

    known = await identity.people.find_credentials(" mIA ")

    assert known is not None
    assert (known.person, known.password_hash) == (person, "hash of Mia")


@pytest.mark.parametrize("name", ["nobody", "", "\x00", "\ud800"])
async def test_nobody_is_found_by_another_name(identity: Identity, name: str) -> None:
    await add(identity, "mia")

    assert await identity.people.find_credentials(name) is None


async def test_a_name_that_looks_like_a_taken_one_is_taken(identity: Identity) -> None:
    await add(identity, "mia")

    with pytest.raises(Conflict, match="taken"):
        await add(identity, "MIA")


async def test_of_two_who_race_for_a_name_one_gets_it(identity: Identity) -> None:
    results = await asyncio.gather(
        *(add(identity, "racer") for _ in range(8)), return_exceptions=True
    )

    lost = [result for result in results if isinstance(result, Conflict)]
    assert len(lost) == len(results) - 1
    assert len(await identity.people.list_people()) == 1
    assert await actions(identity) == ["person.added"]


async def test_an_invite_gives_its_role_once(identity: Identity) -> None:
    await identity.people.add_invite(b"invite", Role.OPERATOR, NOON + HOUR, SOMEBODY)

    person = await identity.people.add_invited("mia", "hash", b"invite", NOON, SOMEBODY)

    assert person.role is Role.OPERATOR
    with pytest.raises(Forbidden):
        await identity.people.add_invited("tom", "hash", b"invite", NOON, SOMEBODY)


async def test_an_invite_stays_good_when_the_name_was_taken(identity: Identity) -> None:
    await add(identity, "mia")
    await identity.people.add_invite(b"invite", Role.VIEWER, NOON + HOUR, SOMEBODY)

    with pytest.raises(Conflict):
        await identity.people.add_invited("mia", "hash", b"invite", NOON, SOMEBODY)

    assert (await identity.people.add_invited("tom", "hash", b"invite", NOON, SOMEBODY)).id


async def test_an_invite_that_is_too_old_is_refused(identity: Identity) -> None:
    await identity.people.add_invite(b"invite", Role.VIEWER, NOON, SOMEBODY)

    with pytest.raises(Forbidden):
        await identity.people.add_invited("mia", "hash", b"invite", NOON, SOMEBODY)


async def test_a_change_is_in_the_log_with_before_and_after(identity: Identity) -> None:
    person = await add(identity, "mia")

    changed = await identity.people.change_person(
        person.id, role=Role.OPERATOR, disabled=None, author=SOMEBODY
    )

    assert changed == person.model_copy(update={"role": Role.OPERATOR})
    wanted = AuditFilter(action="person.changed")
    (entry,) = await identity.audit.list_entries(wanted, before_id=None, limit=9)
    assert (entry.who, entry.address, entry.request_id) == ("kim", "192.0.2.7", "r-1")
    assert (entry.before, entry.after) == (
        {"name": "mia", "role": "viewer", "disabled": False},
        {"name": "mia", "role": "operator", "disabled": False},
    )


async def test_somebody_can_be_disabled_and_come_back(identity: Identity) -> None:
    person = await add(identity, "mia")

    gone = await identity.people.change_person(person.id, role=None, disabled=True, author=SOMEBODY)
    back = await identity.people.change_person(
        person.id, role=None, disabled=False, author=SOMEBODY
    )

    assert gone.disabled_at is not None
    assert back == person


@pytest.mark.parametrize(("role", "disabled"), [(Role.VIEWER, None), (None, True)])
async def test_the_last_admin_stays(
    identity: Identity, role: Role | None, disabled: bool | None
) -> None:
    admin = await add(identity, "root", Role.ADMIN)

    with pytest.raises(Conflict, match="last admin"):
        await identity.people.change_person(admin.id, role=role, disabled=disabled, author=SOMEBODY)

    assert await identity.people.get_person(admin.id) == admin


async def test_admins_who_all_demote_each_other_at_once_leave_one(database: Database) -> None:
    identity = real_identity(database)
    admins = [await add(identity, f"admin{number}", Role.ADMIN) for number in range(6)]
    async with AsyncExitStack() as connected:  # else one connection would serve them in turn
        for _ in admins:
            await connected.enter_async_context(database.connection())

    results = await asyncio.gather(
        *(
            identity.people.change_person(one.id, role=Role.VIEWER, disabled=None, author=SOMEBODY)
            for one in admins
        ),
        return_exceptions=True,
    )

    assert [type(result) for result in results].count(Conflict) == 1
    assert [one.role for one in await identity.people.list_people()].count(Role.ADMIN) == 1


@pytest.mark.parametrize("person_id", [404, 2**80])
async def test_an_unknown_person_is_not_found(identity: Identity, person_id: int) -> None:
    with pytest.raises(NotFound):
        await identity.people.get_person(person_id)


async def test_a_new_hash_does_not_undo_a_new_password(identity: Identity) -> None:
    person = await add(identity, "mia")
    await identity.people.set_password(person.id, "new password", SOMEBODY)

    await identity.people.rehash(person.id, "hash of mia", "the old one, stronger")

    known = await identity.people.find_credentials("mia")
    assert known is not None
    assert known.password_hash == "new password"
