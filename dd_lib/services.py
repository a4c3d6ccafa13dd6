"""The services that send traces, by environment."""

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient

EVERY_ENV = "*"


class _Names(Answer):
    services: tuple[str, ...] = ()


class _List(Answer):
    attributes: _Names = _Names()


class _Reply(Answer):
    data: _List = _List()


async def list_services(client: DatadogClient, env: str = EVERY_ENV) -> tuple[str, ...]:
    """Sorted by name."""
    reply = await client.get_recent("/api/v2/apm/services", _Reply, {"filter[env]": env})
    return tuple(sorted(reply.data.attributes.services))
