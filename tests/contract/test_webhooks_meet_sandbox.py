"""Our client of Datadog's webhooks against the sandbox's: made, changed, and made again."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from dd_lib.client import DatadogClient
from dd_lib.custom_variables import (
    CustomVariable,
    delete_custom_variable,
    get_custom_variable,
    put_custom_variable,
)
from dd_lib.webhooks import Webhook, delete_webhook, get_webhook, put_webhook
from domain.errors import InvalidInput, NotFound
from tests.servers.sandbox import a_sandbox

HOOK = Webhook(name="rayne", url="http://rayne.test/hook", payload='{"id": "$ID"}')
TOKEN = CustomVariable(name="TOKEN", is_secret=True, value=SecretStr("s3cret"))


@pytest.fixture
async def client() -> AsyncIterator[DatadogClient]:
    connected = DatadogClient.connect(
        api_url="http://sandbox.test",
        api_key="key",
        app_key="app",
        transport=httpx.ASGITransport(a_sandbox()),
    )
    yield connected
    await connected.aclose()


async def test_webhook_put_twice_is_one_that_changed(client: DatadogClient) -> None:
    await put_webhook(client, HOOK)

    await put_webhook(client, HOOK.model_copy(update={"url": "http://rayne.test/new"}))

    found = await get_webhook(client, "rayne")
    assert (found.url, found.payload) == ("http://rayne.test/new", HOOK.payload)


async def test_refusal_of_a_new_webhook_stays_a_refusal(client: DatadogClient) -> None:
    with pytest.raises(InvalidInput, match="Invalid URL"):
        await put_webhook(client, HOOK.model_copy(update={"url": "nowhere"}))


async def test_deleted_webhook_is_not_found(client: DatadogClient) -> None:
    await put_webhook(client, HOOK)

    await delete_webhook(client, "rayne")

    with pytest.raises(NotFound):
        await get_webhook(client, "rayne")


async def test_variable_put_twice_is_one_and_keeps_its_secret(client: DatadogClient) -> None:
    await put_custom_variable(client, TOKEN)

    await put_custom_variable(client, TOKEN.model_copy(update={"value": SecretStr("other")}))

    assert (await get_custom_variable(client, "TOKEN")).value is None


async def test_deleted_variable_is_not_found(client: DatadogClient) -> None:
    await put_custom_variable(client, TOKEN)

    await delete_custom_variable(client, "TOKEN")

    with pytest.raises(NotFound):
        await get_custom_variable(client, "TOKEN")
