"""A real Temporal server for tests, started from the packaged binaries: nothing is downloaded."""

import shutil
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from adapters.embedded.temporal import temporal_binary
from workflows import search_attributes

# The test server cannot list its columns, which is what our own registration begins with.
_OUR_COLUMNS = AddSearchAttributesRequest(
    search_attributes={
        key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for key in search_attributes.ALL
    }
)


@asynccontextmanager
async def temporal_server(**settings: object) -> AsyncIterator[Client]:
    """The development server, in memory, with the columns that our workflows fill.

    `settings` are the server's own, with `__` for the dot in their names.
    """
    async with await WorkflowEnvironment.start_local(
        data_converter=pydantic_data_converter,
        dev_server_existing_path=str(temporal_binary()),
        search_attributes=list(search_attributes.ALL),
        dev_server_extra_args=[
            word
            for name, value in settings.items()
            for word in ("--dynamic-config-value", f"{name.replace('__', '.')}={value}")
        ],
    ) as environment:
        yield environment.client


@asynccontextmanager
async def time_skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """Temporal's test server, whose clock a test can put forward with `sleep`."""
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter,
        test_server_existing_path=str(_test_server()),
    ) as environment:
        await environment.client.operator_service.add_search_attributes(_OUR_COLUMNS)
        yield environment


def _test_server() -> Path:
    name = "temporal-test-server"
    beside = Path(sysconfig.get_path("scripts")) / name
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found, f"{name} is missing: install the development dependencies"
    return Path(found)
