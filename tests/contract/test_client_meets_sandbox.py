"""What the client asks the sandbox is answered, and described, whichever scenario it plays."""

import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from dd_lib.sandbox.app import SCENARIOS, create_sandbox
from domain.evidence import Window
from tests.conformance.oracle import Oracle
from tests.contract.asking_datadog import Exchange, Subjects, ask_everything
from tests.factories import NOON

BROWSER = "https://sandbox.datadog.test"
HOURS = Window.around(NOON, before=timedelta(hours=6), after=timedelta(minutes=5))


def scenario_folders() -> list[Path]:
    return sorted(folder.parent for folder in SCENARIOS.glob("*/webhook.json"))


async def everything_asked(folder: Path) -> list[Exchange]:
    sandbox = create_sandbox(scenarios=folder.parent, clock=lambda: NOON, app_url=BROWSER)
    transport = httpx.ASGITransport(app=sandbox)
    async with httpx.AsyncClient(transport=transport, base_url=BROWSER) as control:
        loaded = await control.post(f"/sandbox/scenarios/{folder.name}/load")
    assert loaded.status_code == 200
    monitor = json.loads((folder / "monitors.json").read_text())[0]
    host = json.loads((folder / "hosts.json").read_text())[0]
    metric = (folder / "metrics.csv").read_text().splitlines()[1].split(",")[1]
    subjects = Subjects(HOURS, host["name"], monitor["id"], f"avg:{metric}{{*}} by {{host}}")
    return await ask_everything(transport, subjects)


@pytest.mark.parametrize("folder", scenario_folders(), ids=lambda folder: folder.name)
async def test_the_client_is_answered_as_datadog_would(folder: Path, oracle: Oracle) -> None:
    exchanges = await everything_asked(folder)

    violations = {exchange.name: exchange.answer_violations(oracle) for exchange in exchanges}

    assert not any(violations.values()), violations
    assert {exchange.status for exchange in exchanges} == {200}


def test_there_are_scenarios_to_play() -> None:
    assert scenario_folders()
