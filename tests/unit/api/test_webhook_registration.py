"""Our webhook in Datadog: made or changed, with the secret that lets it in."""

from dataclasses import replace
from typing import Any

import pytest

from domain.datadog_webhooks import RAYNE_PAYLOAD, DatadogWebhook
from domain.errors import Misconfigured
from tests.unit.api.front import SECRET, TOKEN, Front

CREATE = "/v1/webhooks/create"
NEW = {"name": "rayne", "url": "https://rayne.test/v1/webhooks/receive"}
CALLER = {"Authorization": f"Bearer {TOKEN}"}


def test_a_new_webhook_is_201_and_says_what_to_mention(front: Front) -> None:
    reply = front.client.post(CREATE, json=NEW)

    assert reply.status_code == 201
    assert reply.json() == NEW | {"use_custom_payload": False, "mention": "@webhook-rayne"}


def test_it_carries_our_own_template_unless_told_otherwise(front: Front) -> None:
    front.client.post(CREATE, json=NEW)
    ours = front.registrations.known["rayne"].payload
    front.client.post(CREATE, json=NEW | {"use_custom_payload": True, "custom_payload": "{}"})

    assert ours == RAYNE_PAYLOAD
    assert front.registrations.known["rayne"].payload == "{}"


def test_it_carries_the_secret_that_lets_it_in(front: Front) -> None:
    front.expose()

    reply = front.client.post(CREATE, json=NEW, headers=CALLER)

    headers = front.registrations.known["rayne"].custom_headers
    assert headers == {"X-Rayne-Webhook-Secret": SECRET}
    assert SECRET not in reply.text


def test_without_a_secret_it_has_no_headers(front: Front) -> None:
    front.client.post(CREATE, json=NEW)

    assert front.registrations.known["rayne"].custom_headers == {}


def test_one_of_that_name_is_changed_and_keeps_the_headers_that_people_added(
    front: Front,
) -> None:
    front.expose()
    kept = {"X-Gateway": "1", "X-Rayne-Webhook-Secret": "an older one"}
    front.registrations.known["rayne"] = DatadogWebhook(
        name="rayne", url="https://old.test", custom_headers=kept
    )

    reply = front.client.post(CREATE, json=NEW, headers=CALLER)

    webhook = front.registrations.known["rayne"]
    assert reply.status_code == 200
    assert webhook.url == NEW["url"]
    assert webhook.custom_headers == {"X-Gateway": "1", "X-Rayne-Webhook-Secret": SECRET}


@pytest.mark.parametrize("missing", [{"name": ""}, {"url": None}, {"name": " ", "url": " "}])
def test_name_and_url_are_required(front: Front, missing: dict[str, Any]) -> None:
    reply = front.client.post(CREATE, json=NEW | missing)

    assert (reply.status_code, reply.json()["error"]) == (400, "name and url are required")
    assert front.registrations.known == {}


def test_a_custom_payload_that_is_promised_must_come(front: Front) -> None:
    reply = front.client.post(CREATE, json=NEW | {"use_custom_payload": True})

    assert reply.status_code == 422
    assert "custom_payload" in reply.json()["error"]


def test_a_refusal_by_datadog_is_told_as_such(front: Front) -> None:
    front.registrations.fails_with = Misconfigured("Datadog answered 403")

    reply = front.client.post(CREATE, json=NEW)

    assert reply.status_code >= 500
    assert "403" in reply.json()["error"]


def test_without_datadog_it_says_what_is_missing(front: Front) -> None:
    front.app.state.resources = replace(front.resources, registrations=None)

    reply = front.client.post(CREATE, json=NEW)

    assert reply.status_code == 501
    assert "DD_API_KEY" in reply.json()["error"]


def test_strangers_cannot_send_datadogs_alerts_elsewhere(front: Front) -> None:
    front.expose()

    assert front.client.post(CREATE, json=NEW).status_code == 401
