"""What a newcomer sees: one command, one alert, an explained incident with a notebook."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.stack import Stack
from dd_lib.sandbox.app import SCENARIOS
from tests.conformance.oracle import Oracle
from tests.e2e.folders import short_folder
from tests.e2e.stack import ROOT, RayneUp, rayne_up, until
from tests.servers.notify_server import NotifyServer, notify_server

SECTIONS = (
    "# ",  # the header
    "Quick links",
    "Root cause analysis",
    "Metric graph",
    "Related logs",
    "APM and traces",
    "Similar past incidents",
)
README_ALERT = {
    "monitor_id": 12345678,
    "monitor_name": "High CPU Alert",
    "alert_status": "Alert",
    "hostname": "web-server-01.prod.example.com",
    "service": "api-gateway",
    "scope": "host:web-server-01",
    "APPLICATION_TEAM": "platform-engineering",
    "tags": ["env:production", "team:platform"],
}
SLOW_BILLING = {
    "id": "1",
    "alert_transition": "Triggered",
    "alert_title": "[Triggered] Billing is slow",
    "alert_cycle_key": "billing-1",
    "monitor_id": "77",
    "service": "billing",
    "env": "prod",
}
TOKEN = "t" * 24


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotifyServer]:
    with notify_server(tmp_path_factory.mktemp("desktop"), RAYNE_NOTIFY_TOKEN=TOKEN) as server:
        yield server


@pytest.fixture(scope="module")
async def rayne(desktop: NotifyServer) -> AsyncIterator[RayneUp]:
    """One stack for all stories here: each has a service of its own, and so its own incident."""
    variables = {"NOTIFY_SERVER_URLS": desktop.url, "RAYNE_NOTIFY_TOKEN": TOKEN}
    with short_folder() as folder:
        async with rayne_up(folder / "state", RAYNE_GROUP_WAIT="1s", **variables) as running:
            await running.ready()
            yield running


@pytest.fixture(scope="module")
def stack(rayne: RayneUp) -> Stack:
    return Stack.read(rayne.state)


def run_demo(rayne: RayneUp, *arguments: str) -> str:
    environ = {"PATH": "", "COLUMNS": "200", "RAYNE_STATE_DIR": str(rayne.state.root)}
    finished = subprocess.run(
        [sys.executable, "-m", "cli", "demo", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


async def receive(stack: Stack, alert: dict[str, Any]) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=60) as client:
        reply = await client.post(f"{stack.api}/v1/webhooks/receive?wait=30", json=alert)
    assert reply.status_code == 202
    answer: dict[str, Any] = reply.json()
    return answer


async def get(url: str) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=20) as client:
        answer: dict[str, Any] = (await client.get(url)).raise_for_status().json()
    return answer


async def fire(stack: Stack, scenario: str) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=20) as client:
        reply = await client.post(f"{stack.sandbox}/sandbox/scenarios/{scenario}/webhook")
    alert: dict[str, Any] = reply.raise_for_status().json()
    return alert


async def test_the_alert_of_the_readme_has_a_complete_notebook_within_30_seconds(
    stack: Stack,
) -> None:
    began = time.monotonic()
    answer = await receive(stack, README_ALERT)
    took = time.monotonic() - began

    state = await get(f"{stack.sandbox}/sandbox/state")
    (notebook,) = (one for one in state["notebooks"] if str(one["id"]) == answer["notebook"]["id"])
    written = json.dumps(notebook)
    assert [section for section in SECTIONS if section not in written] == []
    assert took < 30


def test_the_second_demo_shows_the_first_as_similar(rayne: RayneUp) -> None:
    first = run_demo(rayne, "saturated-host")
    second = run_demo(rayne, "saturated-host")

    assert "recovered: incident" in first
    assert "similar past incident" in second
    assert "/notebook/" in second


# One of each kind; tests/evaluation answers them all.
@pytest.mark.parametrize(
    "scenario",
    ["bad-deploy", "failing-dependency", "flag-stampede", "hourly-flap", "two-hops-down"],
)
async def test_each_scenario_ends_in_the_expected_culprit(stack: Stack, scenario: str) -> None:
    expected = json.loads((SCENARIOS / scenario / "expected.json").read_text())

    answer = await receive(stack, await fire(stack, scenario))

    incident_id = answer["workflow_id"].removeprefix("incident-")
    details = await get(f"{stack.api}/v1/incidents/{incident_id}")
    conclusion = details["analyses"][0]["conclusion"]
    assert conclusion["culprit_change"] == expected["culprit_change"]
    assert conclusion["claims"]


async def test_an_incident_is_shown_on_the_desktop_once_at_each_change(
    stack: Stack, desktop: NotifyServer
) -> None:
    def of_billing() -> list[list[str]]:
        return [words for words in desktop.shown if "Billing is slow" in words[-2]]

    async def are_shown(count: int) -> bool:
        return len(of_billing()) >= count

    for _ in range(2):
        await receive(stack, SLOW_BILLING)
    await until(lambda: are_shown(2), 30)
    for number, transition in (("2", "Renotify"), ("3", "Recovered")):
        await receive(stack, SLOW_BILLING | {"id": number, "alert_transition": transition})
    await until(lambda: are_shown(3), 30)

    opened, explained, recovered = of_billing()
    assert [words[-2].split(":")[0] for words in (opened, recovered)] == ["Alert", "Recovered"]
    assert ["--urgency=critical" in opened, "--urgency=low" in recovered] == [True, True]
    assert "/notebook/" in explained[-1]


async def test_traffic_fails_as_intended_and_in_no_other_way(stack: Stack, tmp_path: Path) -> None:
    pid_file, log = tmp_path / "traffic.pid", tmp_path / "traffic.log"
    variables = {"FAILURE_RATE": "100", "TRAFFIC_PACE": "10", "TRAFFIC_SECONDS": "5"}
    files = {"TRAFFIC_PID_FILE": str(pid_file), "TRAFFIC_LOG_FILE": str(log)}
    command = [str(ROOT / "scripts" / "traffic-generator.sh"), "start", stack.api]

    async def is_over() -> bool:
        return not pid_file.exists()

    environ = {"PATH": os.defpath} | variables | files
    await asyncio.to_thread(subprocess.run, command, env=environ, check=True, timeout=20)
    await until(is_over, 30)

    counted = r"(\d+) requests, (\d+) failures on purpose, (\d+) unexpected"
    requests, intended, unexpected = map(int, re.findall(counted, log.read_text())[-1])
    assert unexpected == 0, log.read_text()
    assert requests > 30
    assert intended > 0


async def test_datadog_is_asked_only_what_it_publishes(stack: Stack, oracle: Oracle) -> None:
    await receive(stack, README_ALERT)
    asked = (await get(f"{stack.sandbox}/sandbox/requests"))["requests"]

    problems = [
        problem
        for one in asked
        for problem in oracle.violations(
            one["method"], one["path"], one["query"], one["headers"], one["body"].encode() or None
        )
    ]

    assert asked
    assert problems == []
