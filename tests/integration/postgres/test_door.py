"""Shared secrets and counted attempts, on both players."""

import asyncio
from datetime import timedelta

from pydantic import SecretStr

from adapters.postgres.database import Database
from api.identity import Identity
from tests.factories import NOON
from tests.integration.postgres.identity_stores import SOMEBODY, actions, real_identity

WINDOW = timedelta(minutes=15)


async def rotate(identity: Identity, text: str) -> None:
    await identity.secrets.rotate_webhook_secret(SecretStr(text), SOMEBODY)


async def test_there_is_no_webhook_secret_before_the_first_rotation(identity: Identity) -> None:
    assert await identity.secrets.webhook_secrets() == ()


async def test_two_webhook_secrets_are_good_at_once_and_no_third(identity: Identity) -> None:
    for text in ("first", "second", "third"):
        await rotate(identity, text)

    good = [secret.get_secret_value() for secret in await identity.secrets.webhook_secrets()]

    assert good == ["third", "second"]
    assert await actions(identity) == ["secret.rotated"] * 3


async def test_processes_that_ask_at_once_sign_with_one_key(database: Database) -> None:
    processes = [real_identity(database) for _ in range(5)]

    keys = await asyncio.gather(*(one.secrets.signing_key() for one in processes))

    assert len({key.get_secret_value() for key in keys}) == 1


async def test_attempts_at_once_are_all_counted(identity: Identity) -> None:
    counted = await asyncio.gather(
        *(identity.attempts.count_attempt("mia", WINDOW, NOON) for _ in range(12))
    )

    assert sorted(counted) == list(range(1, 13))


async def test_a_window_that_is_over_counts_no_more(identity: Identity) -> None:
    for _ in range(3):
        await identity.attempts.count_attempt("mia", WINDOW, NOON)

    within = await identity.attempts.count_attempt(
        "mia", WINDOW, NOON + WINDOW - timedelta(seconds=1)
    )
    after = await identity.attempts.count_attempt("mia", WINDOW, NOON + WINDOW)

    assert (within, after) == (4, 1)


async def test_keys_are_counted_apart(identity: Identity) -> None:
    await identity.attempts.count_attempt("mia", WINDOW, NOON)

    assert await identity.attempts.count_attempt("tom", WINDOW, NOON) == 1


async def test_what_is_forgotten_counts_from_one_again(identity: Identity) -> None:
    await identity.attempts.count_attempt("mia", WINDOW, NOON)
    await identity.attempts.forget_attempts("mia")

    assert await identity.attempts.count_attempt("mia", WINDOW, NOON) == 1
