"""The tables in the code and the sum of the migrations are the same tables."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg.conninfo import make_conninfo
from sqlalchemy import create_engine

from adapters.postgres.migrate import is_current, upgrade
from adapters.postgres.tables import METADATA
from domain.errors import Misconfigured, Unavailable
from tests.servers.postgres import PostgresServer


def test_the_migrations_add_up_to_the_tables(postgres_address: str) -> None:
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(postgres_address)
    )

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, METADATA)

    engine.dispose()
    assert differences == []


def test_upgrading_an_upgraded_database_changes_nothing(postgres_address: str) -> None:
    before = columns(postgres_address)

    upgrade(postgres_address)

    assert columns(postgres_address) == before


async def test_processes_that_start_at_once_upgrade_once(postgres_server: PostgresServer) -> None:
    address = postgres_server.empty_database()

    await asyncio.gather(*(asyncio.to_thread(upgrade, address) for _ in range(4)))

    assert ("webhook_events", "raw") in columns(address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("host=127.0.0.1 port=1 password=hunter2", Unavailable),
        ("postgres//rayne:hunter2@db/rayne", Misconfigured),
    ],
)
def test_an_upgrade_that_cannot_begin_says_why_without_the_password(
    address: str, expected: type[Exception]
) -> None:
    with pytest.raises(expected) as refused:
        upgrade(address)

    assert "hunter2" not in str(refused.value)


def test_a_database_is_current_once_it_was_upgraded(postgres_server: PostgresServer) -> None:
    address = postgres_server.empty_database()
    assert not is_current(address)

    upgrade(address)

    assert is_current(address)


def test_the_tables_of_a_newer_rayne_serve_an_older_one_as_they_are(
    postgres_server: PostgresServer,
) -> None:
    address = postgres_server.empty_database()
    upgrade(address)
    execute(address, "UPDATE alembic_version SET version_num = '9999'")
    before = columns(address)

    upgrade(address)

    assert is_current(address)
    assert columns(address) == before


def test_a_role_that_may_not_change_tables_can_tell_that_they_are_current(
    postgres_server: PostgresServer,
) -> None:
    address = postgres_server.empty_database()
    upgrade(address)
    with a_role(address, "SELECT", on="alembic_version") as poor:
        assert is_current(poor)
        upgrade(poor)  # nothing is to be done, so nothing is refused

        execute(address, "DELETE FROM alembic_version")
        assert not is_current(poor)
        with pytest.raises(Misconfigured, match="the user may not do this"):
            upgrade(poor)


@contextmanager
def a_role(address: str, rights: str, *, on: str) -> Iterator[str]:
    """The address for a role with these rights and no others."""
    execute(address, "CREATE ROLE poor LOGIN")
    execute(address, f"GRANT {rights} ON {on} TO poor")
    try:
        yield make_conninfo(address, user="poor")
    finally:
        execute(address, "DROP OWNED BY poor")
        execute(address, "DROP ROLE poor")


def execute(address: str, statement: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute(statement.encode())


def columns(address: str) -> set[tuple[str, str]]:
    query = """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public'
    """
    with psycopg.connect(address) as connection:
        return {(table, column) for table, column in connection.execute(query)}
