"""`rayne user`: people, by whoever has the database; how the first admin comes to be."""

import asyncio
import getpass
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr
from rich.console import Console

from adapters.postgres import migrate
from adapters.postgres.database import Database
from adapters.settings import Settings
from api.identity import Identity
from api.opening import identity_of
from domain.audit import Author
from domain.errors import InvalidInput, NotFound
from domain.people import Proof, Role, check_name, check_password


async def create_user(
    settings: Settings, name: str, role: Role, password: SecretStr, console: Console
) -> None:
    """Raises Conflict where the name is taken, InvalidInput for a bad name or password."""
    kept = check_name(name)
    check_password(password.get_secret_value(), kept)
    async with identity_at_hand(settings) as identity:
        hashed = await identity.passwords.hash(password)
        person = await identity.people.add_person(kept, role, hashed, command_line())
    console.print(f"{person.name} is {person.role} now, and can log in at POST /login.")


async def set_password(
    settings: Settings, name: str, password: SecretStr, console: Console
) -> None:
    """Ends every session of theirs. Raises NotFound, or InvalidInput for a bad password."""
    check_password(password.get_secret_value(), name)
    async with identity_at_hand(settings) as identity:
        known = await identity.people.find_credentials(name)
        if known is None:
            raise NotFound(f"nobody is called {name!r}")
        hashed = await identity.passwords.hash(password)
        await identity.people.set_password(known.person.id, hashed, command_line())
    console.print(f"{known.person.name} has a new password, and is logged out everywhere.")


@asynccontextmanager
async def identity_at_hand(settings: Settings) -> AsyncIterator[Identity]:
    """With its tables up to date: this may be the first command on a new database."""
    await asyncio.to_thread(migrate.upgrade, settings.conninfo)
    database = Database.connect(settings.conninfo, max_size=1)
    try:
        yield identity_of(settings, database)
    finally:
        await database.close()


def command_line() -> Author:
    """Who is logged in to this machine, as far as it knows; a container may know nobody."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = f"user {os.getuid()}"
    return Author(who=who, how=Proof.COMMAND)


def read_password(settings: Settings) -> SecretStr:
    """From RAYNE_USER_PASSWORD, else typed twice at a terminal, else a line of standard input."""
    if settings.user_password:
        return settings.user_password
    if not sys.stdin.isatty():
        return SecretStr(sys.stdin.readline().rstrip("\r\n"))
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise InvalidInput("the two passwords differ")
    return SecretStr(first)
