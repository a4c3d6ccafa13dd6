from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from tests.servers.temporal import temporal_server, time_skipping_server


@pytest.fixture
async def temporal() -> AsyncIterator[Client]:
    """A server of its own for each test: workflow ids never meet."""
    async with temporal_server() as client:
        yield client


@pytest.fixture
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    async with time_skipping_server() as environment:
        yield environment
