"""The servers that integration tests share, each started by the first test that asks."""

from collections.abc import Iterator

import pytest

from tests.servers.postgres import PostgresServer


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
def postgres_address(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of the test's own, with every table and no row."""
    address = postgres_server.database()
    yield address
    postgres_server.give_back(address)
