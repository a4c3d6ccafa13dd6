"""Definitions of services: who owns them and what they are, as their teams declared it."""

from pydantic import Field, JsonValue

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from dd_lib.paging import Chunk, Listing, read_chunks

PATH = "/api/v2/services/definitions"
ONE = f"{PATH}/{{}}"
MAX_PAGE = 100  # Datadog's most
SCHEMA = "v2.2"


class _Attributes(Answer):
    """Keys have hyphens (dd-service) and depend on the schema, so both halves stay as they are."""

    meta: dict[str, JsonValue] = Field(default_factory=dict)
    body: dict[str, JsonValue] = Field(default_factory=dict, alias="schema")


class ServiceDefinition(Answer):
    id: str = ""
    type: str = "service-definition"
    attributes: _Attributes = _Attributes()


class _One(Answer):
    data: ServiceDefinition


class _Many(Answer):
    data: tuple[ServiceDefinition, ...] = ()


async def list_service_definitions(
    client: DatadogClient, *, limit: int, schema_version: str = SCHEMA
) -> Listing[ServiceDefinition]:
    """Only declared services; `list_services` has those that were seen."""

    async def ask(_: int, pages: int) -> Chunk[ServiceDefinition]:
        paging = {"page[number]": pages, "page[size]": MAX_PAGE}
        page = await client.get(PATH, _Many, {**paging, "schema_version": schema_version})
        return Chunk(page.data)

    return await read_chunks(ask, limit)


async def get_service_definition(
    client: DatadogClient, name: str, *, schema_version: str = SCHEMA
) -> ServiceDefinition:
    """Raises NotFound."""
    query = {"schema_version": schema_version}
    return (await client.get(ONE, _One, query, parts=(name,))).data


async def put_service_definition(
    client: DatadogClient, definition: dict[str, JsonValue]
) -> tuple[ServiceDefinition, ...]:
    """Creates or replaces the one of its `dd-service`. Idempotent."""
    return (await client.post(PATH, _Many, definition)).data
