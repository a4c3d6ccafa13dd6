"""Datadog's webhooks, as the registering route sees them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from api.datadog_webhooks import RegisteredWebhooks
from dd_lib.client import DatadogClient
from domain.datadog_webhooks import DatadogWebhook
from domain.errors import RateLimited
from tests.unit.dd_lib.conversations import Script

PATH = "/api/v1/integration/webhooks/configuration/webhooks"
WEBHOOK = DatadogWebhook(
    name="rayne", url="https://rayne.test", payload="{}", custom_headers={"X-Secret": "s"}
)
EXISTS = httpx.Response(400, json={"errors": ["Webhook already exists"]})
UNKNOWN = httpx.Response(404, json={"errors": ["Webhook does not exist"]})
KNOWN = {"name": "rayne", "url": "https://rayne.test", "payload": "{}", "encode_as": "json"}


@asynccontextmanager
async def webhooks(script: Script) -> AsyncIterator[RegisteredWebhooks]:
    client = DatadogClient.connect(
        api_url="https://api.datadog.test",
        api_key="the-api-key",
        app_key="the-app-key",
        transport=httpx.MockTransport(script),
    )
    yield RegisteredWebhooks(client)
    await client.aclose()


async def test_a_new_webhook_is_created_with_headers_and_payload_as_text() -> None:
    script = Script(httpx.Response(201, json=KNOWN))

    async with webhooks(script) as datadog:
        await datadog.put_webhook(WEBHOOK)

    [request] = script.requests
    assert (request.method, request.url.path) == ("POST", PATH)
    assert json.loads(request.content) == {
        "name": "rayne",
        "url": "https://rayne.test",
        "payload": "{}",
        "custom_headers": '{"X-Secret": "s"}',
        "encode_as": "json",
    }


async def test_one_that_exists_is_changed() -> None:
    script = Script(EXISTS, KNOWN)

    async with webhooks(script) as datadog:
        await datadog.put_webhook(WEBHOOK)

    assert [request.method for request in script.requests] == ["POST", "PUT"]
    assert script.requests[1].url.path == f"{PATH}/rayne"


async def test_an_unknown_webhook_is_none() -> None:
    async with webhooks(Script(UNKNOWN)) as datadog:
        assert await datadog.find_webhook("rayne") is None


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ('{"X-Secret": "s"}', {"X-Secret": "s"}),
        ('{"X-Secret": "s", "X-Number": 1}', {"X-Secret": "s"}),
        ("not json", {}),
        ("[]", {}),
        ("", {}),
        (None, {}),
    ],
)
async def test_the_headers_of_a_known_webhook_are_read_where_they_can_be(
    text: str | None, headers: dict[str, str]
) -> None:
    script = Script(KNOWN | {"custom_headers": text})

    async with webhooks(script) as datadog:
        found = await datadog.find_webhook("rayne")

    assert found is not None
    assert found.custom_headers == headers


async def test_a_refusal_is_not_taken_for_an_unknown_webhook() -> None:
    async with webhooks(Script(httpx.Response(429))) as datadog:
        with pytest.raises(RateLimited):
            await datadog.find_webhook("rayne")
