"""Whether Datadog takes our keys."""

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient


class _Verdict(Answer):
    status: str


class _ApiKeyVerdict(Answer):
    valid: bool


async def check_keys(client: DatadogClient) -> None:
    """Raises Misconfigured where either key is refused."""
    await client.get("/api/v2/validate_keys", _Verdict)


async def check_api_key(client: DatadogClient) -> bool:
    """Whether the API key alone is good. A refused one raises Misconfigured."""
    return (await client.get("/api/v1/validate", _ApiKeyVerdict)).valid
