"""Passwords are hashed as strongly as we say, and an unknown name costs what a known one does."""

from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from pydantic import SecretStr

from adapters.passwords import Argon2Passwords
from domain.errors import Broken

RIGHT, WRONG = SecretStr("correct horse"), SecretStr("wrong horse")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class CountingHasher(PasswordHasher):
    """Remembers against which hash it compared."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.compared: list[str | bytes] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.compared.append(hash)
        return super().verify(hash, password)


async def test_a_password_matches_its_hash_and_no_other() -> None:
    passwords = Argon2Passwords(CHEAP)
    hashed = await passwords.hash(RIGHT)

    assert await passwords.matches(RIGHT, hashed)
    assert not await passwords.matches(WRONG, hashed)


async def test_one_password_has_another_hash_each_time() -> None:
    passwords = Argon2Passwords(CHEAP)

    assert await passwords.hash(RIGHT) != await passwords.hash(RIGHT)


async def test_hashes_are_made_as_rfc_9106_recommends() -> None:
    hashed = await Argon2Passwords().hash(RIGHT)

    assert extract_parameters(hashed) == RFC_9106_LOW_MEMORY


async def test_nobodys_password_is_compared_with_a_hash_of_the_same_cost() -> None:
    hasher = CountingHasher()
    passwords = Argon2Passwords(hasher)
    hashed = await passwords.hash(RIGHT)

    answers = [await passwords.matches(RIGHT, known) for known in (hashed, None)]

    assert answers == [True, False]
    known, nobodys = (str(one) for one in hasher.compared)
    assert extract_parameters(nobodys) == extract_parameters(known)


async def test_no_password_is_nobodys() -> None:
    passwords = Argon2Passwords(CHEAP)

    assert not await passwords.matches(SecretStr("a password that nobody has"), None)


async def test_a_hash_of_other_parameters_is_outdated() -> None:
    hashed = await Argon2Passwords(CHEAP).hash(RIGHT)

    assert not Argon2Passwords(CHEAP).is_outdated(hashed)
    assert Argon2Passwords().is_outdated(hashed)


async def test_a_damaged_hash_is_a_defect_and_not_a_wrong_password() -> None:
    with pytest.raises(Broken):
        await Argon2Passwords(CHEAP).matches(RIGHT, "damaged")


async def test_a_password_of_half_a_character_can_be_used() -> None:
    passwords = Argon2Passwords(CHEAP)
    odd = SecretStr("half \ud800 a character")

    assert await passwords.matches(odd, await passwords.hash(odd))
