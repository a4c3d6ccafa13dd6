"""Datadog's own webhooks: where it posts what monitors and rules mention."""

from pydantic import JsonValue

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from domain.errors import InvalidInput, NotFound

PATH = "/api/v1/integration/webhooks/configuration/webhooks"
ONE = f"{PATH}/{{}}"


class Webhook(Answer):
    """`payload` is a JSON template and `custom_headers` a JSON object, both as text. Datadog fires
    it only where a message mentions @webhook-<name>.
    """

    name: str
    url: str
    payload: str = ""
    custom_headers: str = ""
    encode_as: str = "json"


async def get_webhook(client: DatadogClient, name: str) -> Webhook:
    """Raises NotFound."""
    return await client.get(ONE, Webhook, parts=(name,))


async def create_webhook(client: DatadogClient, webhook: Webhook) -> Webhook:
    """Raises InvalidInput where one of that name exists: Datadog answers 400 then."""
    return await client.post(PATH, Webhook, _body(webhook))


async def update_webhook(client: DatadogClient, webhook: Webhook) -> Webhook:
    """Idempotent. Raises NotFound."""
    return await client.put(ONE, Webhook, _body(webhook), parts=(webhook.name,))


async def put_webhook(client: DatadogClient, webhook: Webhook) -> Webhook:
    """Creates it, or changes the one of that name. Idempotent; Datadog has no such operation."""
    try:
        return await create_webhook(client, webhook)
    except InvalidInput as refused:
        # Most likely one of that name exists. Where none does, the first refusal is the reason.
        try:
            return await update_webhook(client, webhook)
        except NotFound:
            raise refused from None


async def delete_webhook(client: DatadogClient, name: str) -> None:
    """Raises NotFound."""
    await client.delete(ONE, parts=(name,))


def _body(webhook: Webhook) -> JsonValue:
    """Without a payload Datadog sends its default one, which names no monitor."""
    sent: dict[str, JsonValue] = {
        "name": webhook.name,
        "url": webhook.url,
        "encode_as": webhook.encode_as,
    }
    if webhook.payload:
        sent["payload"] = webhook.payload
    if webhook.custom_headers:
        sent["custom_headers"] = webhook.custom_headers
    return sent
