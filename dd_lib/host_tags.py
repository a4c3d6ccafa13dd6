"""The tags of hosts, of one or of all."""

from pydantic import Field

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient


class _OneHost(Answer):
    tags: tuple[str, ...] = ()


class _AllHosts(Answer):
    """By tag, the hosts that carry it."""

    tags: dict[str, tuple[str, ...]] = Field(default_factory=dict)


async def get_host_tags(client: DatadogClient, host: str) -> tuple[str, ...]:
    """Raises NotFound."""
    return (await client.get("/api/v1/tags/hosts/{}", _OneHost, parts=(host,))).tags


async def list_host_tags(client: DatadogClient) -> dict[str, tuple[str, ...]]:
    """By host, its tags, both sorted. One request, for Datadog gives the inverse map at once."""
    tagged = (await client.get("/api/v1/tags/hosts", _AllHosts)).tags
    hosts = sorted({host for hosts in tagged.values() for host in hosts})
    tags: dict[str, list[str]] = {host: [] for host in hosts}
    for tag in sorted(tagged):
        for host in tagged[tag]:
            tags[host].append(tag)
    return {host: tuple(found) for host, found in tags.items()}
