"""Datadog's own incidents (not Rayne's), which its interface still calls unstable."""

from pydantic import AwareDatetime

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from dd_lib.paging import Chunk, Listing, read_chunks

PATH = "/api/v2/incidents"
MAX_PAGE = 100  # Datadog's most


class IncidentFacts(Answer):
    """`public_id` is the number in the address of its page."""

    public_id: int | None = None
    title: str = ""
    state: str = ""
    severity: str = ""
    created: AwareDatetime | None = None
    resolved: AwareDatetime | None = None
    customer_impacted: bool = False


class _Resource(Answer):
    id: str = ""
    attributes: IncidentFacts = IncidentFacts()


class _Many(Answer):
    data: tuple[_Resource, ...] = ()


class _Wrapped(Answer):
    data: _Resource


class _Results(Answer):
    incidents: tuple[_Wrapped, ...] = ()
    total: int | None = None


class _Search(Answer):
    attributes: _Results = _Results()


class _SearchReply(Answer):
    data: _Search = _Search()


async def list_incidents(client: DatadogClient, *, limit: int) -> Listing[IncidentFacts]:
    async def ask(read: int, _: int) -> Chunk[IncidentFacts]:
        page = await client.get(PATH, _Many, _paging(read, limit))
        return Chunk([resource.attributes for resource in page.data])

    return await read_chunks(ask, limit)


async def search_incidents(
    client: DatadogClient, query: str, *, limit: int
) -> Listing[IncidentFacts]:
    """Newest first. `query` is like state:active or severity:SEV-1."""

    async def ask(read: int, _: int) -> Chunk[IncidentFacts]:
        asked = {"query": query, "sort": "-created", **_paging(read, limit)}
        reply = await client.get(f"{PATH}/search", _SearchReply, asked)
        results = reply.data.attributes
        return Chunk([found.data.attributes for found in results.incidents], results.total)

    return await read_chunks(ask, limit)


def _paging(read: int, limit: int) -> dict[str, str | int]:
    return {"page[size]": min(limit, MAX_PAGE), "page[offset]": read}
