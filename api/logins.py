"""Registering, logging in and staying so."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from pydantic import SecretStr

from api.identity import Identity
from domain.audit import Author
from domain.errors import Forbidden, TooManyRequests, Unauthenticated
from domain.people import (
    ACCESS_FOR,
    Claims,
    Credentials,
    Person,
    Proof,
    Role,
    Session,
    check_name,
    check_password,
    digest,
    name_key,
)

WINDOW = timedelta(minutes=15)
PER_NAME, PER_ADDRESS = 10, 300  # attempts in a window

log = structlog.get_logger()


@dataclass(frozen=True)
class LoggedIn:
    person: Person
    access_token: str
    access_expires_at: datetime
    refresh_token: str
    session_expires_at: datetime


class Logins:
    """For one request: whose it is not known yet, and at what time."""

    def __init__(self, identity: Identity, author: Author, now: datetime) -> None:
        self._identity = identity
        self._author = author
        self._now = now

    async def register(
        self, name: str, password: SecretStr, invite: SecretStr | None, *, is_open: bool
    ) -> Person:
        """A viewer, or what the invite says. Raises Forbidden, Conflict or InvalidInput."""
        if invite is None and not is_open:
            raise Forbidden("registration is closed here: ask an admin for an invite")
        await self._throttle_address()
        name = check_name(name)
        check_password(password.get_secret_value(), name)
        hashed = await self._identity.passwords.hash(password)
        author = self._author.model_copy(update={"who": name})
        if invite is None:
            return await self._identity.people.add_person(name, Role.VIEWER, hashed, author)
        return await self._identity.people.add_invited(
            name,
            hashed,
            digest(invite.get_secret_value()),
            self._now,
            author.model_copy(update={"how": Proof.INVITE}),
        )

    async def log_in(self, name: str, password: SecretStr) -> LoggedIn:
        """The same answer after the same work for a wrong name, a wrong password, and who may not.

        Raises Unauthenticated, and TooManyRequests after too many tries of a name or an address.
        """
        known = await self._verify(name, password)
        await self._renew_hash(known, password)
        return await self._open(known.person)

    async def change_password(self, name: str, old: SecretStr, new: SecretStr) -> None:
        """Ends every session of theirs. Raises as a login does, and InvalidInput for the new."""
        check_password(new.get_secret_value(), name)
        known = await self._verify(name, old)
        hashed = await self._identity.passwords.hash(new)
        await self._identity.people.set_password(known.person.id, hashed, self._author)

    async def refresh(self, refresh_token: SecretStr) -> LoggedIn:
        """The token is used up. Brought again, it ends the session: one of two had no right to it.

        Raises Unauthenticated.
        """
        fresh = self._identity.signing.new_secret()
        session = await self._identity.sessions.renew(
            digest(refresh_token.get_secret_value()),
            digest(fresh.get_secret_value()),
            self._now,
            self._author,
        )
        if session is None:
            raise Unauthenticated("the refresh token is not good (any more): log in again")
        return await self._signed(session, fresh)

    async def _verify(self, name: str, password: SecretStr) -> Credentials:
        tried = f"name {digest(name_key(name)).hex()}"  # names that are typed can be passwords
        await self._throttle_address()
        await self._throttle(tried, PER_NAME)
        known = await self._identity.people.find_credentials(name)
        hashed = known.password_hash if known and not known.person.disabled_at else None
        if not await self._identity.passwords.matches(password, hashed) or known is None:
            log.warning("login.refused", address=self._author.address)
            raise Unauthenticated("the name or the password is wrong")
        await self._identity.attempts.forget_attempts(tried)
        return known

    async def _throttle_address(self) -> None:
        await self._throttle(f"address {self._author.address}", PER_ADDRESS)

    async def _throttle(self, key: str, most: int) -> None:
        """Counted before the work, so that a thousand at once are no way round."""
        count = await self._identity.attempts.count_attempt(key, WINDOW, self._now)
        if count > most:
            raise TooManyRequests("too many attempts: wait a while", retry_after=WINDOW)

    async def _renew_hash(self, known: Credentials, password: SecretStr) -> None:
        """Now that the password is at hand: as strong a hash as is made today."""
        if self._identity.passwords.is_outdated(known.password_hash):
            fresh = await self._identity.passwords.hash(password)
            await self._identity.people.rehash(known.person.id, known.password_hash, fresh)

    async def _open(self, person: Person) -> LoggedIn:
        refresh = self._identity.signing.new_secret()
        author = self._author.model_copy(update={"who": person.name, "how": Proof.SESSION})
        session = await self._identity.sessions.open_session(
            person, digest(refresh.get_secret_value()), self._now, author
        )
        return await self._signed(session, refresh)

    async def _signed(self, session: Session, refresh: SecretStr) -> LoggedIn:
        expires_at = min(self._now + ACCESS_FOR, session.expires_at)
        claims = Claims(person_id=session.person.id, session_id=session.id, expires_at=expires_at)
        key = await self._identity.secrets.signing_key()
        return LoggedIn(
            person=session.person,
            access_token=self._identity.signing.sign(claims, key),
            access_expires_at=expires_at,
            refresh_token=refresh.get_secret_value(),
            session_expires_at=session.expires_at,
        )
