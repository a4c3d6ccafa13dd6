"""Datadog's webhooks for the route that registers ours."""

import json

from dd_lib import webhooks
from dd_lib.client import DatadogClient
from domain.datadog_webhooks import DatadogWebhook
from domain.errors import NotFound


class RegisteredWebhooks:
    """Plays `domain.webhook_ports.DatadogWebhooks`."""

    def __init__(self, client: DatadogClient) -> None:
        self._client = client

    async def find_webhook(self, name: str) -> DatadogWebhook | None:
        try:
            found = await webhooks.get_webhook(self._client, name)
        except NotFound:
            return None
        return DatadogWebhook(
            name=found.name,
            url=found.url,
            payload=found.payload,
            custom_headers=_headers(found.custom_headers),
        )

    async def put_webhook(self, webhook: DatadogWebhook) -> None:
        headers = webhook.custom_headers
        wanted = webhooks.Webhook(
            name=webhook.name,
            url=webhook.url,
            payload=webhook.payload,
            custom_headers=json.dumps(headers) if headers else "",
        )
        await webhooks.put_webhook(self._client, wanted)


def _headers(text: str) -> dict[str, str]:
    """What a person wrote into a text field; nothing where it is no JSON object."""
    try:
        given = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(given, dict):
        return {}
    return {name: value for name, value in given.items() if isinstance(value, str)}
