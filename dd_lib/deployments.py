"""Deployments that were told to Datadog's DORA metrics."""

from pydantic import AwareDatetime, JsonValue

from dd_lib.answers import Answer, iso
from dd_lib.client import DatadogClient
from dd_lib.paging import Listing
from domain.evidence import Window

PATH = "/api/v2/dora/deployments"
MAX_PAGE = 1000  # Datadog's most; it has no further page


class _Commit(Answer):
    commit_sha: str = ""
    repository_id: str = ""


class Deployment(Answer):
    service: str
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    env: str = ""
    team: str = ""
    version: str = ""
    git: _Commit = _Commit()


class _Resource(Answer):
    id: str = ""
    attributes: Deployment


class _Many(Answer):
    data: tuple[_Resource, ...] = ()


async def list_deployments(
    client: DatadogClient, window: Window, *, limit: int, query: str = ""
) -> Listing[Deployment]:
    """Oldest first. `query` is like service:checkout env:prod."""
    wanted = min(limit, MAX_PAGE)
    attributes: dict[str, JsonValue] = {
        "from": iso(window.start),
        "to": iso(window.end),
        "limit": wanted,
    }
    if query:
        attributes["query"] = query
    body: JsonValue = {"data": {"type": "dora_deployments_list_request", "attributes": attributes}}
    found = [resource.attributes for resource in (await client.post(PATH, _Many, body)).data]
    found.sort(key=lambda deployment: deployment.started_at)
    partial = f"stopped at {wanted}; there may be more" if len(found) >= wanted else ""
    return Listing(tuple(found[:wanted]), partial)
