"""One suite, two players: the fakes and PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from adapters.postgres.database import Database
from tests.integration.postgres.stores import Stores, fake_stores, real_stores


@pytest.fixture
async def database(postgres_address: str) -> AsyncIterator[Database]:
    database = Database.connect(postgres_address)
    yield database
    await database.close()


@pytest.fixture
def postgres_stores(database: Database) -> Stores:
    return real_stores(database)


@pytest.fixture(params=["fake", "postgres"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "postgres":
        postgres_stores: Stores = request.getfixturevalue("postgres_stores")
        return postgres_stores
    return fake_stores()
