"""Whether Datadog takes our keys."""

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient


class _Verdict(Answer):
    status: str


async def check_keys(client: DatadogClient) -> None:
    """Raises Misconfigured where either key is refused."""
    await client.get("/api/v2/validate_keys", _Verdict)
