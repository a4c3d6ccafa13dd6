"""One suite, two players: the fakes and PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from adapters.postgres.database import Database
from api.identity import Identity
from tests.fakes.identity import fake_identity
from tests.fakes.people_state import PeopleState
from tests.integration.postgres.identity_stores import real_identity
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


@pytest.fixture(params=["fake", "postgres"])
def identity(request: pytest.FixtureRequest) -> Identity:
    if request.param == "postgres":
        database: Database = request.getfixturevalue("database")
        return real_identity(database)
    return fake_identity(PeopleState())
