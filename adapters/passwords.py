"""Passwords by Argon2id: slow and large on purpose, so done in threads, few at a time."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import SecretStr

from domain.errors import Broken

_AT_ONCE = 2  # 64 MiB and some 50 ms each: strangers must not choose how much we spend
_NOBODYS = "a password that nobody has"


class Argon2Passwords:
    """RFC 9106's parameters for servers with little memory, unless others are given."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys_hash = self._hasher.hash(_NOBODYS)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: SecretStr) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _bytes(password))

    async def matches(self, password: SecretStr, hash: str | None) -> bool:
        """The same work whoever is asked for, so that the time tells nothing."""
        against = hash if hash is not None else self._nobodys_hash
        async with self._turns:
            verified = await asyncio.to_thread(self._verify, against, _bytes(password))
        return verified and hash is not None

    def is_outdated(self, hash: str) -> bool:
        return self._hasher.check_needs_rehash(hash)

    def _verify(self, hash: str, password: bytes) -> bool:
        try:
            return self._hasher.verify(hash, password)
        except InvalidHashError as error:
            raise Broken("a stored password hash cannot be read") from error
        except VerificationError:
            return False


def _bytes(password: SecretStr) -> bytes:
    return password.get_secret_value().encode(errors="surrogatepass")
