"""What a person at a desktop sees of an incident, while others call the API all the time."""

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.stack import Stack
from tests.e2e.folders import short_folder
from tests.e2e.stack import ROOT, rayne_up, until
from tests.servers.notify_server import NotifyServer, notify_server

TOKEN = "t" * 24
WITHIN = 40  # seconds


@dataclass(frozen=True)
class Place:
    stack: Stack
    desktop: NotifyServer
    folder: Path


@pytest.fixture(scope="module")
async def place() -> AsyncIterator[Place]:
    with short_folder() as folder, notify_server(folder, RAYNE_NOTIFY_TOKEN=TOKEN) as desktop:
        async with rayne_up(
            folder / "state",
            RAYNE_GROUP_WAIT="0s",
            NOTIFY_SERVER_URLS=desktop.url,
            RAYNE_NOTIFY_TOKEN=TOKEN,
        ) as rayne:
            yield Place(await rayne.ready(), desktop, folder)


async def an_alert(place: Place) -> dict[str, Any]:
    """Of a bad deployment that happens now."""
    async with httpx.AsyncClient(base_url=place.stack.sandbox or "", timeout=20) as sandbox:
        answer = await sandbox.post("/sandbox/scenarios/bad-deploy/webhook")
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def deliver(place: Place, alert: dict[str, Any], **changes: str) -> None:
    async with httpx.AsyncClient(base_url=place.stack.api, timeout=20) as api:
        answer = await api.post("/v1/webhooks/receive", json=alert | changes)
    answer.raise_for_status()


def titles(place: Place) -> list[str]:
    return [words[-2] for words in place.desktop.shown]


async def test_an_incident_is_shown_once_at_each_change(place: Place) -> None:
    async def shown(count: int) -> bool:
        return len(titles(place)) >= count

    alert = await an_alert(place)
    for _ in range(3):
        await deliver(place, alert)
    await until(lambda: shown(2), WITHIN)
    await deliver(place, alert, id="2", alert_transition="Renotify")
    await deliver(place, alert, id="3", alert_transition="Recovered")
    await until(lambda: shown(3), WITHIN)

    opened, explained, recovered = place.desktop.shown
    assert [title.split(":")[0] for title in titles(place)] == ["Alert", "CONFIRMED", "Recovered"]
    assert ["--urgency=critical" in opened, "--urgency=low" in recovered] == [True, True]
    assert "/notebook/" in explained[-1]


async def test_traffic_fails_as_intended_and_in_no_other_way(place: Place) -> None:
    log = place.folder / "traffic.log"
    variables = {
        "PATH": os.defpath,
        "FAILURE_RATE": "100",
        "TRAFFIC_PACE": "0",
        "TRAFFIC_SECONDS": "5",
        "TRAFFIC_PID_FILE": str(place.folder / "traffic.pid"),
        "TRAFFIC_LOG_FILE": str(log),
    }
    script = str(ROOT / "scripts" / "traffic-generator.sh")

    async def is_over() -> bool:
        return not (place.folder / "traffic.pid").exists()

    start = [script, "start", place.stack.api]
    await asyncio.to_thread(subprocess.run, start, env=variables, check=True, timeout=20)
    await until(is_over, WITHIN)

    told = log.read_text()
    last = re.findall(r"(\d+) requests, (\d+) failures on purpose, (\d+) unexpected", told)[-1]
    requests, intended, unexpected = map(int, last)
    assert unexpected == 0, told
    assert requests > 40
    assert intended > 1
