"""One changes the tables, the others wait for it."""

import asyncio

from psycopg.conninfo import conninfo_to_dict

from adapters.settings import Settings
from cli.processes import upgrade_patiently, wait_for_tables
from tests.servers.postgres import PostgresServer


def settings_for(address: str) -> Settings:
    found = conninfo_to_dict(address)
    return Settings(
        db_host=str(found["host"]), db_user=str(found["user"]), db_name=str(found["dbname"])
    )


async def test_a_part_waits_until_somebody_has_changed_the_tables(
    postgres_server: PostgresServer,
) -> None:
    settings, stop = settings_for(postgres_server.empty_database()), asyncio.Event()
    waiting = asyncio.create_task(wait_for_tables(settings, stop=stop))

    assert await upgrade_patiently(settings, stop=stop)

    async with asyncio.timeout(20):
        assert await waiting
