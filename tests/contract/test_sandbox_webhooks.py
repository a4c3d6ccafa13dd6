"""The sandbox's webhooks integration, asked as Datadog's would be."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.sandbox import a_sandbox, asking

CONFIGURATION = "/api/v1/integration/webhooks/configuration"
WEBHOOKS = f"{CONFIGURATION}/webhooks"
VARIABLES = f"{CONFIGURATION}/custom-variables"


@pytest.fixture
async def sandbox() -> AsyncIterator[httpx.AsyncClient]:
    async with asking(a_sandbox()) as client:
        yield client


def a_webhook(**changes: Any) -> dict[str, Any]:
    return {"name": "rayne", "url": "http://rayne.test/hook"} | changes


def a_variable(**changes: Any) -> dict[str, Any]:
    return {"name": "TOKEN", "value": "s3cret", "is_secret": True} | changes


class TestWebhooks:
    async def test_created_one_is_answered_whole_and_found(
        self, sandbox: httpx.AsyncClient
    ) -> None:
        sent = a_webhook(payload='{"id": "$ID"}', custom_headers='{"X": "y"}', encode_as="form")

        created = await sandbox.post(WEBHOOKS, json=sent)

        assert created.status_code == 201
        assert created.json() == sent
        assert (await sandbox.get(f"{WEBHOOKS}/rayne")).json() == sent

    async def test_without_a_payload_the_default_one_is_answered(
        self, sandbox: httpx.AsyncClient
    ) -> None:
        created = (await sandbox.post(WEBHOOKS, json=a_webhook())).json()

        assert '"$EVENT_MSG"' in created["payload"]
        assert "$ALERT_ID" not in created["payload"]
        assert created["custom_headers"] is None
        assert created["encode_as"] == "json"

    async def test_second_one_of_a_name_is_refused(self, sandbox: httpx.AsyncClient) -> None:
        await sandbox.post(WEBHOOKS, json=a_webhook())

        second = await sandbox.post(WEBHOOKS, json=a_webhook(url="http://other.test"))

        assert second.status_code == 400
        assert second.json() == {"errors": ["Webhook already exists"]}
        assert (await sandbox.get(f"{WEBHOOKS}/rayne")).json()["url"] == "http://rayne.test/hook"

    async def test_update_changes_what_it_names(self, sandbox: httpx.AsyncClient) -> None:
        await sandbox.post(WEBHOOKS, json=a_webhook(payload="{}", custom_headers='{"X": "y"}'))

        changed = await sandbox.put(f"{WEBHOOKS}/rayne", json={"custom_headers": None})

        assert changed.json() == a_webhook(payload="{}", custom_headers=None, encode_as="json")

    async def test_renamed_one_leaves_its_old_name(self, sandbox: httpx.AsyncClient) -> None:
        await sandbox.post(WEBHOOKS, json=a_webhook())

        await sandbox.put(f"{WEBHOOKS}/rayne", json={"name": "storm"})

        assert (await sandbox.get(f"{WEBHOOKS}/storm")).json()["name"] == "storm"
        assert (await sandbox.get(f"{WEBHOOKS}/rayne")).status_code == 404

    async def test_renaming_onto_another_is_refused(self, sandbox: httpx.AsyncClient) -> None:
        await sandbox.post(WEBHOOKS, json=a_webhook())
        await sandbox.post(WEBHOOKS, json=a_webhook(name="storm"))

        refused = await sandbox.put(f"{WEBHOOKS}/rayne", json={"name": "storm"})

        assert refused.status_code == 400
        assert (await sandbox.get(f"{WEBHOOKS}/rayne")).status_code == 200

    async def test_deleted_one_is_gone(self, sandbox: httpx.AsyncClient) -> None:
        await sandbox.post(WEBHOOKS, json=a_webhook())

        deleted = await sandbox.delete(f"{WEBHOOKS}/rayne")

        assert (deleted.status_code, deleted.json()) == (200, {})
        assert (await sandbox.get(f"{WEBHOOKS}/rayne")).status_code == 404

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    async def test_unknown_one_does_not_exist(
        self, sandbox: httpx.AsyncClient, method: str
    ) -> None:
        body: dict[str, str] | None = {} if method == "PUT" else None

        answer = await sandbox.request(method, f"{WEBHOOKS}/nobody", json=body)

        assert answer.status_code == 404
        assert answer.json() == {"errors": ["Webhook does not exist"]}

    @pytest.mark.parametrize(
        "wrong",
        [
            {"url": "ftp://rayne.test"},
            {"url": ""},
            {"custom_headers": "no JSON"},
            {"custom_headers": '["a"]'},
            {"custom_headers": '{"X": 1}'},
            {"encode_as": "xml"},
            {"colour": "red"},
        ],
    )
    async def test_what_cannot_be_sent_is_refused(
        self, sandbox: httpx.AsyncClient, wrong: dict[str, str]
    ) -> None:
        refused = await sandbox.post(WEBHOOKS, json=a_webhook(**wrong))

        assert refused.status_code == 400
        assert (await sandbox.get(f"{WEBHOOKS}/rayne")).status_code == 404

    async def test_needs_both_keys(self, sandbox: httpx.AsyncClient) -> None:
        sandbox.headers.pop("DD-APPLICATION-KEY")

        assert (await sandbox.post(WEBHOOKS, json=a_webhook())).status_code == 403

    async def test_outlives_a_restart(self, tmp_path: Path) -> None:
        state = tmp_path / "state.json"
        async with asking(a_sandbox(state=state)) as before:
            await before.post(WEBHOOKS, json=a_webhook())

        async with asking(a_sandbox(state=state)) as after:
            found = await after.get(f"{WEBHOOKS}/rayne")

        assert found.status_code == 200


class TestCustomVariables:
    async def test_value_of_a_secret_one_never_comes_back(self, sandbox: httpx.AsyncClient) -> None:
        created = await sandbox.post(VARIABLES, json=a_variable())
        changed = await sandbox.put(f"{VARIABLES}/TOKEN", json={"value": "s3cret too"})
        read = await sandbox.get(f"{VARIABLES}/TOKEN")

        assert created.status_code == 201
        for answer in (created, changed, read):
            assert answer.json() == {"name": "TOKEN", "is_secret": True}

    async def test_public_one_is_answered_whole(self, sandbox: httpx.AsyncClient) -> None:
        public = a_variable(is_secret=False)

        created = await sandbox.post(VARIABLES, json=public)

        assert created.json() == public

    async def test_secret_one_is_not_made_public_without_a_new_value(
        self, sandbox: httpx.AsyncClient
    ) -> None:
        await sandbox.post(VARIABLES, json=a_variable())

        refused = await sandbox.put(f"{VARIABLES}/TOKEN", json={"is_secret": False})

        assert refused.status_code == 400
        assert "value" not in (await sandbox.get(f"{VARIABLES}/TOKEN")).json()

    async def test_second_one_of_a_name_is_refused(self, sandbox: httpx.AsyncClient) -> None:
        await sandbox.post(VARIABLES, json=a_variable())

        second = await sandbox.post(VARIABLES, json=a_variable())

        assert second.status_code == 400
        assert second.json() == {"errors": ["Custom variable already exists"]}

    async def test_name_in_small_letters_is_refused(self, sandbox: httpx.AsyncClient) -> None:
        assert (await sandbox.post(VARIABLES, json=a_variable(name="token"))).status_code == 400

    async def test_deleted_one_does_not_exist(self, sandbox: httpx.AsyncClient) -> None:
        await sandbox.post(VARIABLES, json=a_variable())

        await sandbox.delete(f"{VARIABLES}/TOKEN")

        answer = await sandbox.get(f"{VARIABLES}/TOKEN")
        assert answer.status_code == 404
        assert answer.json() == {"errors": ["Custom variable does not exist"]}
