"""The stores of people, as the suite sees them: the fakes and PostgreSQL's."""

from datetime import timedelta

from adapters.passwords import Argon2Passwords
from adapters.postgres.api_tokens import PostgresApiTokens
from adapters.postgres.attempts import PostgresAttempts
from adapters.postgres.audit import PostgresAuditLog
from adapters.postgres.database import Database
from adapters.postgres.people import PostgresPeople
from adapters.postgres.sessions import PostgresSessions
from adapters.postgres.stored_secrets import PostgresSecrets
from adapters.signing import JwtSigning
from api.identity import Identity
from domain.audit import AuditFilter, Author
from domain.people import ApiToken, Person, Proof, Role
from tests.factories import NOON
from tests.fakes.identity import CHEAP

SOMEBODY = Author(who="kim", how=Proof.SESSION, address="192.0.2.7", request_id="r-1")
HOUR = timedelta(hours=1)


def real_identity(database: Database) -> Identity:
    signing = JwtSigning()
    return Identity(
        people=PostgresPeople(database),
        sessions=PostgresSessions(database),
        tokens=PostgresApiTokens(database),
        audit=PostgresAuditLog(database),
        secrets=PostgresSecrets(database, signing.new_secret),
        attempts=PostgresAttempts(database),
        passwords=Argon2Passwords(CHEAP),
        signing=signing,
    )


async def add(identity: Identity, name: str, role: Role = Role.VIEWER) -> Person:
    return await identity.people.add_person(name, role, f"hash of {name}", SOMEBODY)


async def give_token(identity: Identity, person: Person, hash: bytes) -> ApiToken:
    """An operator's token for an hour."""
    wanted = ApiToken(
        id=0,
        person_id=person.id,
        name="script",
        role=Role.OPERATOR,
        created_at=NOON,
        expires_at=NOON + HOUR,
    )
    return await identity.tokens.add_token(wanted, hash, SOMEBODY)


async def actions(identity: Identity) -> list[str]:
    """Oldest first."""
    entries = await identity.audit.list_entries(AuditFilter(), before_id=None, limit=100)
    return [entry.action for entry in reversed(entries)]
