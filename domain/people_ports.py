"""What telling people apart needs from the outside world.

As in `domain.ports`: every method may raise a `domain.errors.RayneError` and nothing else. Each
that takes an author writes the audit entry in the transaction of the change itself.
"""

from datetime import datetime, timedelta
from typing import Protocol

from pydantic import SecretStr

from domain.audit import AuditEntry, AuditFilter, Author, Change
from domain.people import ApiToken, Claims, Credentials, Person, Role, Session, TokenUse


class People(Protocol):
    async def add_person(self, name: str, role: Role, password_hash: str, author: Author) -> Person:
        """Raises Conflict where the name is taken, whoever came first."""
        ...

    async def add_invited(
        self, name: str, password_hash: str, invite: bytes, now: datetime, author: Author
    ) -> Person:
        """Uses the invite up, in the same transaction. Raises Forbidden for a bad one."""
        ...

    async def find_credentials(self, name: str) -> Credentials | None: ...

    async def get_person(self, person_id: int) -> Person:
        """Raises NotFound."""
        ...

    async def list_people(self) -> tuple[Person, ...]:
        """Oldest first."""
        ...

    async def change_person(
        self, person_id: int, *, role: Role | None, disabled: bool | None, author: Author
    ) -> Person:
        """None leaves as it is. Raises NotFound, and Conflict where it would leave no admin."""
        ...

    async def set_password(self, person_id: int, password_hash: str, author: Author) -> None:
        """Ends every session of theirs."""
        ...

    async def rehash(self, person_id: int, old_hash: str, new_hash: str) -> None:
        """The same password, hashed as today. Leaves a hash alone that is no longer the old."""
        ...

    async def add_invite(
        self, invite: bytes, role: Role, expires_at: datetime, author: Author
    ) -> None: ...


class Sessions(Protocol):
    async def open_session(
        self, person: Person, refresh: bytes, now: datetime, author: Author
    ) -> Session: ...

    async def renew(
        self, used: bytes, fresh: bytes, now: datetime, author: Author
    ) -> Session | None:
        """None where the token is not good. One that was used before ends its session."""
        ...

    async def find_session(self, session_id: int, now: datetime) -> Session | None:
        """None where it is over, or its person disabled."""
        ...

    async def end_session(self, session_id: int, now: datetime, author: Author) -> None:
        """Idempotent."""
        ...


class ApiTokens(Protocol):
    async def add_token(self, token: ApiToken, hash: bytes, author: Author) -> ApiToken:
        """Gives it an id; the given one is ignored."""
        ...

    async def use_token(self, hash: bytes, now: datetime) -> TokenUse | None:
        """None where it is unknown, over, revoked, or its person disabled.

        The time of use is kept to the minute, so that a busy token is not a busy row.
        """
        ...

    async def list_tokens(self, person_id: int) -> tuple[ApiToken, ...]:
        """Newest first, the revoked ones too."""
        ...

    async def revoke_token(
        self, token_id: int, person_id: int | None, now: datetime, author: Author
    ) -> None:
        """Of that person, or with None anybody's. Idempotent. Raises NotFound."""
        ...


class AuditLog(Protocol):
    async def record(self, change: Change) -> None:
        """For changes that are made elsewhere: right after them."""
        ...

    async def list_entries(
        self, wanted: AuditFilter, *, before_id: int | None, limit: int
    ) -> tuple[AuditEntry, ...]:
        """Newest first; those with an id below `before_id`."""
        ...


class StoredSecrets(Protocol):
    """Secrets that no variable holds: the same for every process of the installation."""

    async def signing_key(self) -> SecretStr:
        """Made at the first asking, whoever asks first."""
        ...

    async def webhook_secrets(self) -> tuple[SecretStr, ...]:
        """The current one, then the one before it; none before the first rotation."""
        ...

    async def rotate_webhook_secret(self, fresh: SecretStr, author: Author) -> None:
        """What was current stays good beside it, what was good beside that does not."""
        ...


class Attempts(Protocol):
    async def count_attempt(self, key: str, window: timedelta, now: datetime) -> int:
        """How many there were since the window began, this one included. Exact when they race."""
        ...

    async def forget_attempts(self, key: str) -> None: ...


class Passwords(Protocol):
    async def hash(self, password: SecretStr) -> str: ...

    async def matches(self, password: SecretStr, hash: str | None) -> bool:
        """Does the same work for None, where nobody has that name, and says no."""
        ...

    def is_outdated(self, hash: str) -> bool:
        """Whether today's parameters are others."""
        ...


class Signing(Protocol):
    def sign(self, claims: Claims, key: SecretStr) -> str: ...

    def read(self, token: str, key: SecretStr) -> Claims | None:
        """None for whatever this key did not sign. Does not look at the clock."""
        ...

    def new_secret(self, prefix: str = "") -> SecretStr:
        """Random, 256 bits, fit for a URL."""
        ...
