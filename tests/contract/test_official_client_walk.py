"""Datadog's official client understands every answer of the sandbox, to the last attribute."""

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from datadog_api_client import ApiClient

from dd_lib.sandbox.app import SCENARIOS
from tests.conformance.operations import OPERATIONS
from tests.conformance.oracle import Oracle
from tests.conformance.strict_walk import known_parts, strangers
from tests.contract.asking_datadog import Exchange
from tests.contract.official.client import Call, official_client
from tests.contract.official.places import PLACES
from tests.contract.official.searches import SEARCHES
from tests.contract.official.variations import VARIATIONS
from tests.contract.official.writes import WRITES
from tests.factories import NOON
from tests.servers.overhearing import Overhearing
from tests.servers.sandbox import a_sandbox, serving

CALLS = [*PLACES, *SEARCHES, *WRITES, *VARIATIONS]
INCIDENT = {
    "public_id": 7,
    "title": "Customers cannot pay",
    "created": (NOON - timedelta(minutes=9)).isoformat(),
    "severity": "SEV-2",
    "services": ["checkout"],
}


@dataclass(frozen=True)
class Running:
    """A sandbox with every scenario let loose, its official client, and what they said."""

    client: ApiClient
    sandbox: Overhearing

    async def ask(self, call: Call) -> tuple[Any, Exchange]:
        """The operation's own answer, parsed and as it was sent."""
        answer = await asyncio.to_thread(call.ask, self.client)
        return answer, self.sandbox.exchanges[-1]


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    sandbox = Overhearing(a_sandbox(scenarios=with_an_incident(tmp_path_factory.mktemp("walk"))))
    async with serving(sandbox) as control:
        for scenario in (await control.get("/sandbox/scenarios")).json():
            await control.post(f"/sandbox/scenarios/{scenario['name']}/load")
        with official_client(str(control.base_url)) as client:
            yield Running(client, sandbox)


def with_an_incident(folder: Path) -> Path:
    scenarios = shutil.copytree(SCENARIOS, folder / "scenarios")
    (scenarios / "bad-deploy" / "incidents.json").write_text(json.dumps([INCIDENT]))
    return scenarios


@pytest.mark.filterwarnings("ignore:Using unstable operation")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.path}")
async def test_answer_is_understood_whole(
    call: Call, running: Running, oracle: Oracle, figures: Counter[str]
) -> None:
    answer, exchange = await running.ask(call)

    assert oracle.operation_of(exchange.request.method, exchange.path) == call.operation
    assert exchange.request_violations(oracle) == []
    assert exchange.answer_violations(oracle) == []
    assert strangers(answer) == []
    assert answer[call.shows] if call.shows else answer is None or answer
    figures["calls of the official client whose answers it understands whole"] += 1
    figures["attributes and entries of those answers"] += known_parts(answer)


def test_every_operation_of_the_sandbox_is_called(figures: Counter[str]) -> None:
    served = {operation for operations in OPERATIONS.values() for operation in operations}

    assert {call.operation for call in CALLS} == served
    figures["operations of the sandbox"] = len(served)
