"""`rayne user` and `rayne webhook` on a real database."""

import io

import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr
from rich.console import Console

from adapters.postgres.database import Database
from adapters.settings import Settings
from api.opening import identity_of, refuse_to_be_open
from cli.users import create_user, read_password, set_password
from cli.webhook import rotate_secret
from domain.audit import AuditFilter
from domain.errors import Conflict, InvalidInput, Misconfigured, NotFound
from domain.people import Role

PASSWORD = SecretStr("correct horse battery")


@pytest.fixture
def settings(postgres_address: str) -> Settings:
    """Of an API that others can reach, without any secret in its variables."""
    parts = conninfo_to_dict(postgres_address)
    return Settings(
        db_host=str(parts["host"]),
        db_user=str(parts["user"]),
        db_name=str(parts["dbname"]),
        db_sslmode="disable",
        api_host="0.0.0.0",
    )


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO())


async def look(settings: Settings, name: str) -> tuple[bool, list[tuple[str, str]]]:
    """Whether PASSWORD is theirs, and what the audit log tells: how, and what."""
    database = Database.connect(settings.conninfo)
    try:
        identity = identity_of(settings, database)
        known = await identity.people.find_credentials(name)
        hashed = known.password_hash if known else None
        entries = await identity.audit.list_entries(AuditFilter(), before_id=None, limit=9)
        told = [(entry.how.value, entry.action) for entry in entries]
        return await identity.passwords.matches(PASSWORD, hashed), told
    finally:
        await database.close()


async def opens(settings: Settings) -> None:
    database = Database.connect(settings.conninfo)
    try:
        await refuse_to_be_open(settings, identity_of(settings, database))
    finally:
        await database.close()


async def test_a_user_that_was_created_can_log_in(settings: Settings, console: Console) -> None:
    await create_user(settings, "Mia", Role.ADMIN, PASSWORD, console)

    assert await look(settings, "mia") == (True, [("command", "person.added")])


async def test_a_name_is_given_once(settings: Settings, console: Console) -> None:
    await create_user(settings, "mia", Role.ADMIN, PASSWORD, console)

    with pytest.raises(Conflict):
        await create_user(settings, "MIA", Role.ADMIN, PASSWORD, console)


async def test_a_short_password_makes_nobody(settings: Settings, console: Console) -> None:
    with pytest.raises(InvalidInput, match="12 to 256"):
        await create_user(settings, "mia", Role.ADMIN, SecretStr("short"), console)


async def test_a_password_can_be_replaced(settings: Settings, console: Console) -> None:
    await create_user(settings, "mia", Role.ADMIN, SecretStr("another battery"), console)

    await set_password(settings, "mia", PASSWORD, console)

    assert (await look(settings, "mia"))[0]


async def test_nobody_gets_no_password(settings: Settings, console: Console) -> None:
    with pytest.raises(NotFound):
        await set_password(settings, "nobody", PASSWORD, console)


def test_a_password_is_read_from_the_environment() -> None:
    assert read_password(Settings(user_password=PASSWORD)) == PASSWORD


async def test_each_rotation_prints_another_secret(
    settings: Settings, console: Console, capsys: pytest.CaptureFixture[str]
) -> None:
    await rotate_secret(settings, console)
    await rotate_secret(settings, console)

    first, second = capsys.readouterr().out.split()
    assert first != second
    assert min(len(first), len(second)) >= 43


async def test_an_api_that_others_can_reach_starts_only_with_its_secrets(
    settings: Settings, console: Console
) -> None:
    with pytest.raises(Misconfigured, match=r"rotate-secret.*user create NAME --role admin"):
        await opens(settings)
    await rotate_secret(settings, console)
    with pytest.raises(Misconfigured, match="user create"):
        await opens(settings)
    await create_user(settings, "mia", Role.ADMIN, PASSWORD, console)

    await opens(settings)


async def test_variables_are_enough_to_start(settings: Settings) -> None:
    given = settings.model_copy(
        update={"webhook_secret": SecretStr("w" * 32), "api_token": SecretStr("t" * 32)}
    )

    await opens(given)
