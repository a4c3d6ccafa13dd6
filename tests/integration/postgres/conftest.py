"""One suite, two players: the fakes and PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from adapters.postgres.analyses import PostgresAnalyses
from adapters.postgres.database import Database
from adapters.postgres.inbox import PostgresInbox
from adapters.postgres.incidents import PostgresIncidents
from adapters.postgres.relay import PostgresRelay
from tests.fakes.stores import FakeStores
from tests.integration.postgres.stores import Stores


@pytest.fixture
async def database(postgres_address: str) -> AsyncIterator[Database]:
    database = Database.connect(postgres_address)
    yield database
    await database.close()


@pytest.fixture
def postgres_stores(database: Database) -> Stores:
    return Stores(
        PostgresInbox(database),
        PostgresRelay(database),
        PostgresIncidents(database),
        PostgresAnalyses(database),
    )


@pytest.fixture(params=["fake", "postgres"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "postgres":
        postgres_stores: Stores = request.getfixturevalue("postgres_stores")
        return postgres_stores
    fakes = FakeStores()
    return Stores(fakes.inbox, fakes.relay, fakes.incidents, fakes.analyses)
