"""The sandbox's own levers: scenarios, failures and the journal."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from dd_lib.sandbox.app import SCENARIOS
from tests.factories import NOON
from tests.servers.sandbox import (
    a_cell,
    a_notebook_body,
    a_sandbox,
    asking,
    serving,
    write_scenario,
)

NOTEBOOKS = "/api/v1/notebooks"


@pytest.fixture
async def sandbox() -> AsyncIterator[httpx.AsyncClient]:
    async with asking(a_sandbox()) as client:
        yield client


async def let_fail(client: httpx.AsyncClient, **rule: Any) -> None:
    answer = await client.post("/sandbox/failures", json={"rules": [rule]})
    assert answer.status_code == 200, answer.text


async def count_notebooks(client: httpx.AsyncClient) -> int:
    return len((await client.get("/sandbox/state")).json()["notebooks"])


class TestScenarios:
    async def test_shipped_scenarios_are_listed(self, sandbox: httpx.AsyncClient) -> None:
        listed = (await sandbox.get("/sandbox/scenarios")).json()

        assert [scenario["name"] for scenario in listed] == sorted(
            folder.name for folder in SCENARIOS.iterdir()
        )
        assert all(scenario["title"] and scenario["kind"] for scenario in listed)

    async def test_loaded_webhook_happens_now_and_is_all_text(
        self, sandbox: httpx.AsyncClient
    ) -> None:
        loaded = (await sandbox.post("/sandbox/scenarios/bad-deploy/load")).json()

        webhook = loaded["webhook"]
        assert webhook["date"] == str(int(NOON.timestamp() * 1000))
        assert all(isinstance(v, str) for key, v in webhook.items() if key != "org")

    async def test_scenario_can_happen_at_another_time(self, sandbox: httpx.AsyncClient) -> None:
        path = "/sandbox/scenarios/bad-deploy/load"

        loaded = (await sandbox.post(path, json={"at": "2026-01-01T00:00:00Z"})).json()

        assert loaded["alert_at"] == "2026-01-01T00:00:00Z"
        assert loaded["webhook"]["date"] == "1767225600000"

    async def test_every_firing_with_fresh_ids_is_a_new_alert(
        self, sandbox: httpx.AsyncClient
    ) -> None:
        path = "/sandbox/scenarios/bad-deploy/load"

        webhooks = [
            (await sandbox.post(path, json={"fresh_ids": True})).json()["webhook"] for _ in range(3)
        ]

        assert len({webhook["id"] for webhook in webhooks}) == 3
        assert len({webhook["alert_cycle_key"] for webhook in webhooks}) == 3

    async def test_unknown_scenario_is_not_found(self, sandbox: httpx.AsyncClient) -> None:
        answer = await sandbox.post("/sandbox/scenarios/absent/load")

        assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")

    async def test_broken_scenario_names_file_line_and_field(self, tmp_path: Path) -> None:
        folder = write_scenario(tmp_path, logs=[{"message": "x"}])
        async with asking(a_sandbox(scenarios=folder)) as client:
            answer = await client.post("/sandbox/scenarios/small/load")

        assert answer.status_code == 422
        assert "logs.ndjson:1: field 'timestamp'" in answer.json()["error"]

    async def test_expected_answers_are_never_served(self, sandbox: httpx.AsyncClient) -> None:
        loaded = await sandbox.post("/sandbox/scenarios/bad-deploy/load")
        listed = await sandbox.get("/sandbox/scenarios")
        page = await sandbox.get("/sandbox/scenarios/bad-deploy/expected.json")

        answers = loaded.text + listed.text + page.text
        assert not [word for word in ("culprit_change", "decoy_changes") if word in answers]


class TestFailures:
    async def test_rate_limit_tells_when_to_come_back(self, sandbox: httpx.AsyncClient) -> None:
        await let_fail(sandbox, kind="status", status=429, reset_seconds=7, count=1)

        first, second = [await sandbox.get("/api/v1/hosts") for _ in range(2)]

        assert (first.status_code, second.status_code) == (429, 200)
        assert first.headers["X-RateLimit-Reset"] == "7"
        assert first.headers["X-RateLimit-Remaining"] == "0"

    @pytest.mark.parametrize(
        ("titled", "error"), [(False, str), (True, dict)], ids=["text", "titled"]
    )
    async def test_server_error_comes_in_either_shape(
        self, sandbox: httpx.AsyncClient, titled: bool, error: type
    ) -> None:
        await let_fail(sandbox, kind="status", status=502, titled=titled)

        answer = await sandbox.get("/api/v1/hosts")

        assert answer.status_code == 502
        assert isinstance(answer.json()["errors"][0], error)

    async def test_slow_answer_is_right_but_late(self, sandbox: httpx.AsyncClient) -> None:
        await let_fail(sandbox, kind="slow", seconds=0.2)
        started = monotonic()

        answer = await sandbox.get("/api/v1/hosts")

        assert answer.json()["total_matching"] == 0
        assert monotonic() - started >= 0.2

    async def test_removed_failures_strike_no_more(self, sandbox: httpx.AsyncClient) -> None:
        await let_fail(sandbox, kind="status")
        await sandbox.delete("/sandbox/failures")

        assert (await sandbox.get("/api/v1/hosts")).status_code == 200

    async def test_levers_and_pages_never_fail(self, sandbox: httpx.AsyncClient) -> None:
        await let_fail(sandbox, kind="status")

        answers = [await sandbox.get(path) for path in ("/", "/sandbox/state")]

        assert [answer.status_code for answer in answers] == [200, 200]

    async def test_unknown_kind_is_refused_by_field(self, sandbox: httpx.AsyncClient) -> None:
        rules = {"rules": [{"kind": "explode"}]}

        answer = await sandbox.post("/sandbox/failures", json=rules)

        assert answer.status_code == 422
        assert "rules.0.kind" in answer.json()["error"]


class TestHangingUp:
    """Over a real connection: in process there is none to close."""

    async def test_dropped_request_is_not_answered_and_not_done(self) -> None:
        async with serving(a_sandbox()) as client:
            await let_fail(client, kind="drop", method="POST", path=NOTEBOOKS, count=1)

            with pytest.raises(httpx.RemoteProtocolError):
                await client.post(NOTEBOOKS, json=a_notebook_body(a_cell()))

            assert await count_notebooks(client) == 0

    async def test_drop_after_write_does_it_and_says_nothing(self) -> None:
        async with serving(a_sandbox()) as client:
            await let_fail(client, kind="drop_after_write", path=NOTEBOOKS, count=1)

            with pytest.raises(httpx.RemoteProtocolError):
                await client.post(NOTEBOOKS, json=a_notebook_body(a_cell()))

            assert await count_notebooks(client) == 1

    async def test_next_request_is_served_again(self) -> None:
        async with serving(a_sandbox()) as client:
            await let_fail(client, kind="drop", count=1)
            with pytest.raises(httpx.RemoteProtocolError):
                await client.get("/api/v1/hosts")

            assert (await client.get("/api/v1/hosts")).status_code == 200

    async def test_without_a_connection_the_caller_gets_the_error(
        self, sandbox: httpx.AsyncClient
    ) -> None:
        await let_fail(sandbox, kind="drop")

        with pytest.raises(ConnectionResetError):
            await sandbox.get("/api/v1/hosts")


class TestJournal:
    async def test_request_is_noted_as_it_came(self, sandbox: httpx.AsyncClient) -> None:
        body = a_notebook_body(a_cell())
        await sandbox.post(NOTEBOOKS, json=body, params={"a": "1", "b": ""})

        (entry,) = (await sandbox.get("/sandbox/requests")).json()["requests"]

        assert (entry["method"], entry["path"]) == ("POST", NOTEBOOKS)
        assert entry["query"] == [["a", "1"], ["b", ""]]
        assert json.loads(entry["body"]) == body
        assert entry["at"] == "2026-01-02T12:00:00Z"

    async def test_keys_are_named_but_not_kept(self, sandbox: httpx.AsyncClient) -> None:
        await sandbox.get("/api/v1/hosts", headers={"DD-API-KEY": "very-secret"})

        journal = (await sandbox.get("/sandbox/requests")).text

        assert "dd-api-key" in journal
        assert "very-secret" not in journal

    async def test_failed_requests_are_noted_too(self, sandbox: httpx.AsyncClient) -> None:
        await let_fail(sandbox, kind="status")
        await sandbox.get("/api/v1/hosts")

        assert len((await sandbox.get("/sandbox/requests")).json()["requests"]) == 1

    async def test_cleared_journal_is_empty(self, sandbox: httpx.AsyncClient) -> None:
        await sandbox.get("/api/v1/hosts")
        await sandbox.delete("/sandbox/requests")

        assert (await sandbox.get("/sandbox/requests")).json() == {"requests": []}


async def test_reset_forgets_everything(sandbox: httpx.AsyncClient) -> None:
    await sandbox.post("/sandbox/scenarios/bad-deploy/load")
    await sandbox.post(NOTEBOOKS, json=a_notebook_body())
    await let_fail(sandbox, kind="status")

    await sandbox.post("/sandbox/reset")

    assert await count_notebooks(sandbox) == 0
    assert (await sandbox.get("/api/v1/monitor")).json() == []


async def test_a_scenarios_webhook_can_be_piped_as_it_is(sandbox: httpx.AsyncClient) -> None:
    first = (await sandbox.post("/sandbox/scenarios/bad-deploy/webhook")).json()
    second = (await sandbox.post("/sandbox/scenarios/bad-deploy/webhook")).json()

    assert first["alert_transition"] == "Triggered"
    assert first["id"] != second["id"]
