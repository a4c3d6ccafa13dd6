"""Sessions on both players: a refresh token is good once, and ends with its person."""

import asyncio
from datetime import timedelta

from api.identity import Identity
from domain.people import SESSION_FOR, Role, Session
from tests.factories import NOON
from tests.integration.postgres.identity_stores import HOUR, SOMEBODY, actions, add


async def log_in(identity: Identity) -> Session:
    person = await add(identity, "mia", Role.OPERATOR)
    return await identity.sessions.open_session(person, b"first", NOON, SOMEBODY)


async def renew(identity: Identity, used: bytes, fresh: bytes) -> Session | None:
    return await identity.sessions.renew(used, fresh, NOON + HOUR, SOMEBODY)


async def test_an_open_session_is_found(identity: Identity) -> None:
    session = await log_in(identity)

    assert await identity.sessions.find_session(session.id, NOON + HOUR) == session


async def test_a_session_is_over_after_its_time_however_often_it_was_renewed(
    identity: Identity,
) -> None:
    session = await log_in(identity)
    await renew(identity, b"first", b"second")

    end = NOON + SESSION_FOR

    assert await identity.sessions.find_session(session.id, end - timedelta(seconds=1))
    assert await identity.sessions.find_session(session.id, end) is None
    assert await identity.sessions.renew(b"second", b"third", end, SOMEBODY) is None


async def test_refresh_tokens_follow_one_another(identity: Identity) -> None:
    session = await log_in(identity)

    assert await renew(identity, b"first", b"second") == session
    assert await renew(identity, b"second", b"third") == session


async def test_a_replayed_token_ends_the_session_for_both(identity: Identity) -> None:
    session = await log_in(identity)
    await renew(identity, b"first", b"second")

    assert await renew(identity, b"first", b"thief") is None

    assert await renew(identity, b"second", b"third") is None
    assert await identity.sessions.find_session(session.id, NOON) is None
    assert (await actions(identity))[-1] == "session.replayed"


async def test_of_many_who_bring_one_token_at_once_at_most_one_is_served(
    identity: Identity,
) -> None:
    session = await log_in(identity)

    renewed = await asyncio.gather(
        *(renew(identity, b"first", b"fresh %d" % number) for number in range(6))
    )

    assert sum(one is not None for one in renewed) <= 1
    assert await identity.sessions.find_session(session.id, NOON) is None


async def test_a_made_up_token_ends_nothing(identity: Identity) -> None:
    session = await log_in(identity)

    assert await renew(identity, b"made up", b"fresh") is None

    assert await identity.sessions.find_session(session.id, NOON) == session


async def test_a_session_that_was_ended_stays_so(identity: Identity) -> None:
    session = await log_in(identity)

    await identity.sessions.end_session(session.id, NOON, SOMEBODY)
    await identity.sessions.end_session(session.id, NOON, SOMEBODY)

    assert await identity.sessions.find_session(session.id, NOON) is None
    assert await renew(identity, b"first", b"second") is None
    assert (await actions(identity)).count("session.ended") == 1


async def test_whoever_is_disabled_is_out_at_once(identity: Identity) -> None:
    session = await log_in(identity)

    await identity.people.change_person(
        session.person.id, role=None, disabled=True, author=SOMEBODY
    )

    assert await identity.sessions.find_session(session.id, NOON) is None
    assert await renew(identity, b"first", b"second") is None


async def test_a_session_does_not_come_back_with_its_person(identity: Identity) -> None:
    session = await log_in(identity)
    for disabled in (True, False):
        await identity.people.change_person(
            session.person.id, role=None, disabled=disabled, author=SOMEBODY
        )

    assert await identity.sessions.find_session(session.id, NOON) is None


async def test_a_new_role_counts_in_an_open_session(identity: Identity) -> None:
    session = await log_in(identity)

    await identity.people.change_person(
        session.person.id, role=Role.VIEWER, disabled=None, author=SOMEBODY
    )

    found = await identity.sessions.find_session(session.id, NOON)
    assert found is not None
    assert found.person.role is Role.VIEWER


async def test_a_new_password_ends_every_session(identity: Identity) -> None:
    session = await log_in(identity)

    await identity.people.set_password(session.person.id, "another", SOMEBODY)

    assert await identity.sessions.find_session(session.id, NOON) is None


async def test_sessions_long_over_are_swept_away(identity: Identity) -> None:
    session = await log_in(identity)
    later = NOON + SESSION_FOR + timedelta(days=30)

    await identity.sessions.open_session(session.person, b"later", later, SOMEBODY)

    assert await identity.sessions.renew(b"first", b"second", later, SOMEBODY) is None
