"""People who call the API over fakes, each with what they have to show."""

from datetime import timedelta

from domain.audit import Author
from domain.people import (
    ACCESS_FOR,
    ApiToken,
    Claims,
    Person,
    Proof,
    Role,
    digest,
)
from tests.factories import NOON
from tests.unit.api.front import TOKEN, Front

Headers = dict[str, str]

PASSWORD = "correct horse battery"
NOBODY: Headers = {}
SHARED: Headers = {"Authorization": f"Bearer {TOKEN}"}
AUTHOR = Author(who="test", how=Proof.COMMAND)


def bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


async def a_person(front: Front, name: str, role: Role) -> Person:
    """Whose password is PASSWORD."""
    known = await front.identity.people.find_credentials(name)
    if known:
        return known.person
    # A plain text where a hash belongs is told apart by nobody who does not log in.
    return await front.identity.people.add_person(name, role, "never verified", AUTHOR)


async def by_token(
    front: Front, role: Role, *, lasts: timedelta = timedelta(days=1), name: str = ""
) -> Headers:
    """Of somebody with that role, whose token may do all that they may."""
    person = await a_person(front, name or role.value, role)
    secret = f"rayne_{person.name}_{lasts}_{len(front.people.tokens)}"
    token = ApiToken(
        id=0,
        person_id=person.id,
        name="walk",
        role=Role.ADMIN,
        created_at=NOON,
        expires_at=NOON + lasts,
    )
    await front.identity.tokens.add_token(token, digest(secret), AUTHOR)
    return bearer(secret)


async def by_session(front: Front, role: Role, *, name: str = "") -> Headers:
    person = await a_person(front, name or role.value, role)
    session = await front.identity.sessions.open_session(
        person, digest(f"refresh {len(front.people.sessions)}"), NOON, AUTHOR
    )
    claims = Claims(person_id=person.id, session_id=session.id, expires_at=NOON + ACCESS_FOR)
    key = await front.identity.secrets.signing_key()
    return bearer(front.identity.signing.sign(claims, key))


async def revoked(front: Front) -> Headers:
    headers = await by_token(front, Role.ADMIN)
    newest = len(front.people.tokens)
    await front.identity.tokens.revoke_token(newest, None, NOON, AUTHOR)
    return headers


async def expired(front: Front) -> Headers:
    return await by_token(front, Role.ADMIN, lasts=timedelta(0))


async def expired_session(front: Front) -> Headers:
    """Signed with the right key, for a session that is open; only the token is too old."""
    person = await a_person(front, "admin", Role.ADMIN)
    session = await front.identity.sessions.open_session(
        person, digest(f"refresh {len(front.people.sessions)}"), NOON, AUTHOR
    )
    claims = Claims(person_id=person.id, session_id=session.id, expires_at=NOON)
    key = await front.identity.secrets.signing_key()
    return bearer(front.identity.signing.sign(claims, key))


async def disabled(front: Front) -> Headers:
    headers = await by_token(front, Role.OPERATOR, name="gone")
    person = await a_person(front, "gone", Role.OPERATOR)
    await front.identity.people.change_person(person.id, role=None, disabled=True, author=AUTHOR)
    return headers
