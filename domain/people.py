"""Who people are, what each may do, and what a name and a password must be like."""

import hashlib
import re
import unicodedata
from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime, JsonValue

from domain.errors import InvalidInput
from domain.values import Value

ACCESS_FOR = timedelta(minutes=15)
SESSION_FOR = timedelta(days=30)  # then log in again, however often it was refreshed
INVITE_FOR = timedelta(days=7)
TOKEN_PREFIX = "rayne_"  # noqa: S105 - so that scanners for leaked secrets know one

_NAME = re.compile(r"\w[\w.@+-]{0,63}")
_SHORTEST, _LONGEST = 12, 256  # characters of a password
_FEWEST_DIFFERENT = 5


class Role(StrEnum):
    """Each may do what the one before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        return _RANKS[self] >= _RANKS[needed]


_RANKS = {Role.VIEWER: 0, Role.OPERATOR: 1, Role.ADMIN: 2}


class Proof(StrEnum):
    """How a caller showed who they are."""

    LOCAL = "local"  # on the machine itself
    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a personal one
    SHARED_TOKEN = "shared token"  # noqa: S105 - RAYNE_API_TOKEN, which has no person
    INVITE = "invite"
    COMMAND = "command"  # `rayne user`, by whoever has the database
    NONE = "none"


class Person(Value):
    id: int
    name: str
    role: Role
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None = None


class Credentials(Value):
    """What a login is held against. The hash leaves the database for nothing else."""

    person: Person
    password_hash: str


class Caller(Value):
    """Whoever makes a request. Without a person: the machine itself, or the shared token."""

    who: str
    how: Proof
    role: Role
    person_id: int | None = None
    session_id: int | None = None


class Session(Value):
    id: int
    person: Person
    expires_at: AwareDatetime


class Claims(Value):
    """What a signed access token says."""

    person_id: int
    session_id: int
    expires_at: AwareDatetime


class ApiToken(Value):
    """A personal token. Its text was shown once and is kept nowhere."""

    id: int
    person_id: int
    name: str
    role: Role
    created_at: AwareDatetime
    expires_at: AwareDatetime
    last_used_at: AwareDatetime | None = None
    revoked_at: AwareDatetime | None = None


class TokenUse(Value):
    token: ApiToken
    person: Person


def name_key(name: str) -> str:
    """Two names with the same key are one name: `Mia` and `mia` must not be two people."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def check_name(name: str) -> str:
    """The name as it is kept. Raises InvalidInput."""
    kept = unicodedata.normalize("NFKC", name).strip()
    if not _NAME.fullmatch(kept):
        raise InvalidInput(
            "name: 1 to 64 letters, digits and . _ - + @, the first a letter or a digit"
        )
    return kept


def check_password(password: str, name: str) -> None:
    """Length is what makes a password hard to guess. Raises InvalidInput."""
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise InvalidInput(f"password: {_SHORTEST} to {_LONGEST} characters")
    if len(set(password)) < _FEWEST_DIFFERENT:
        raise InvalidInput(f"password: at least {_FEWEST_DIFFERENT} different characters")
    if name_key(name) in password.casefold() and len(name) > len(password) // 2:
        raise InvalidInput("password: not the name")


def digest(secret: str) -> bytes:
    """How a random secret is kept. It cannot be guessed, so a fast hash is as good as a slow."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def role_by_token(use: TokenUse) -> Role:
    """Never more than the owner may do today, whatever the token was made for."""
    return min(use.token.role, use.person.role, key=_RANKS.__getitem__)


def facts_of(person: Person) -> dict[str, JsonValue]:
    """What the audit log tells of a person."""
    return {"name": person.name, "role": person.role, "disabled": person.disabled_at is not None}


def facts_of_token(token: ApiToken) -> dict[str, JsonValue]:
    return {
        "name": token.name,
        "role": token.role,
        "owner": token.person_id,
        "expires_at": token.expires_at.isoformat(),
    }
