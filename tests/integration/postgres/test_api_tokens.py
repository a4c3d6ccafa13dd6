"""Personal tokens on both players."""

from datetime import timedelta

import pytest

from api.identity import Identity
from domain.errors import NotFound
from tests.factories import NOON
from tests.integration.postgres.identity_stores import (
    HOUR,
    SOMEBODY,
    actions,
    add,
    give_token,
)

SECOND = timedelta(seconds=1)


async def test_a_token_is_known_by_its_digest(identity: Identity) -> None:
    person = await add(identity, "mia")
    token = await give_token(identity, person, b"digest")

    use = await identity.tokens.use_token(b"digest", NOON)

    assert use is not None
    assert (use.token.id, use.token.role, use.person) == (token.id, token.role, person)


async def test_an_unknown_digest_is_nobody(identity: Identity) -> None:
    assert await identity.tokens.use_token(b"unknown", NOON) is None


async def test_a_token_ends_with_its_time(identity: Identity) -> None:
    await give_token(identity, await add(identity, "mia"), b"digest")

    assert await identity.tokens.use_token(b"digest", NOON + HOUR - SECOND)
    assert await identity.tokens.use_token(b"digest", NOON + HOUR) is None


async def test_a_revoked_token_is_nobody(identity: Identity) -> None:
    person = await add(identity, "mia")
    token = await give_token(identity, person, b"digest")

    await identity.tokens.revoke_token(token.id, person.id, NOON, SOMEBODY)
    await identity.tokens.revoke_token(token.id, person.id, NOON, SOMEBODY)

    assert await identity.tokens.use_token(b"digest", NOON) is None
    assert (await actions(identity)).count("token.revoked") == 1
    (listed,) = await identity.tokens.list_tokens(person.id)
    assert listed.revoked_at == NOON


async def test_a_token_of_somebody_disabled_is_nobody(identity: Identity) -> None:
    person = await add(identity, "mia")
    await give_token(identity, person, b"digest")

    await identity.people.change_person(person.id, role=None, disabled=True, author=SOMEBODY)

    assert await identity.tokens.use_token(b"digest", NOON) is None


async def test_nobody_revokes_anothers_token(identity: Identity) -> None:
    mia, tom = await add(identity, "mia"), await add(identity, "tom")
    token = await give_token(identity, mia, b"digest")

    with pytest.raises(NotFound):
        await identity.tokens.revoke_token(token.id, tom.id, NOON, SOMEBODY)

    assert await identity.tokens.use_token(b"digest", NOON)


async def test_an_admin_revokes_anybodys(identity: Identity) -> None:
    token = await give_token(identity, await add(identity, "mia"), b"digest")

    await identity.tokens.revoke_token(token.id, None, NOON, SOMEBODY)

    assert await identity.tokens.use_token(b"digest", NOON) is None


async def test_the_last_use_is_kept_to_the_minute(identity: Identity) -> None:
    person = await add(identity, "mia")
    await give_token(identity, person, b"digest")

    seen = []
    for seconds in (0, 59, 61):
        await identity.tokens.use_token(b"digest", NOON + seconds * SECOND)
        (token,) = await identity.tokens.list_tokens(person.id)
        seen.append(token.last_used_at)

    assert seen == [NOON, NOON, NOON + 61 * SECOND]


async def test_tokens_are_listed_newest_first_and_only_ones_own(identity: Identity) -> None:
    mia, tom = await add(identity, "mia"), await add(identity, "tom")
    first = await give_token(identity, mia, b"1")
    await give_token(identity, tom, b"2")
    last = await give_token(identity, mia, b"3")

    assert await identity.tokens.list_tokens(mia.id) == (last, first)
