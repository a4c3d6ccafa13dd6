"""No API that others can reach starts without something that keeps them out."""

from adapters.passwords import Argon2Passwords
from adapters.postgres.api_tokens import PostgresApiTokens
from adapters.postgres.attempts import PostgresAttempts
from adapters.postgres.audit import PostgresAuditLog
from adapters.postgres.database import Database
from adapters.postgres.people import PostgresPeople
from adapters.postgres.sessions import PostgresSessions
from adapters.postgres.stored_secrets import PostgresSecrets
from adapters.settings import Settings
from adapters.signing import JwtSigning
from api.dependencies import Access
from api.identity import Identity
from api.webhook_door import WebhookDoor
from domain.errors import Misconfigured
from domain.people import Role


def access_of(settings: Settings) -> Access:
    return Access(
        is_local=settings.is_local,
        webhook_networks=settings.webhook_networks,
        api_token=settings.api_token,
        open_registration=settings.open_registration,
    )


def identity_of(settings: Settings, database: Database) -> Identity:
    signing = JwtSigning()
    return Identity(
        people=PostgresPeople(database),
        sessions=PostgresSessions(database),
        tokens=PostgresApiTokens(database),
        audit=PostgresAuditLog(database),
        secrets=PostgresSecrets(database, signing.new_secret, settings.secret_key),
        attempts=PostgresAttempts(database),
        passwords=Argon2Passwords(),
        signing=signing,
    )


def door_of(settings: Settings, identity: Identity) -> WebhookDoor:
    configured = (settings.webhook_secret, settings.webhook_secret_previous)
    return WebhookDoor(identity.secrets, tuple(secret for secret in configured if secret))


async def refuse_to_be_open(settings: Settings, identity: Identity) -> None:
    """Raises Misconfigured, saying what to do. PostgreSQL is asked only where variables lack."""
    if settings.is_local:
        return
    missing = []
    if not settings.webhook_secret and not await identity.secrets.webhook_secrets():
        missing.append("set RAYNE_WEBHOOK_SECRET, or run `rayne webhook rotate-secret`")
    if not settings.api_token and not await _has_admin(identity):
        missing.append("set RAYNE_API_TOKEN, or run `rayne user create NAME --role admin`")
    if missing:
        raise Misconfigured(
            f"RAYNE_API_HOST is {settings.api_host!r}, which others can reach; first "
            + "; and ".join(missing)
        )


async def _has_admin(identity: Identity) -> bool:
    people = await identity.people.list_people()
    return any(person.role is Role.ADMIN and not person.disabled_at for person in people)
