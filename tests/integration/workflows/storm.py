"""Many analyses at once, asking a real sandbox that limits how often it may be asked."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from adapters import clock
from dd_lib.datadog import DatadogApi
from dd_lib.sandbox.app import SCENARIOS, create_sandbox
from dd_lib.sandbox.rate_limits import LimitRule
from domain.alerts import Alert
from domain.analysis import AnalysisKey, AnalysisRecord
from tests.factories import NOON, an_alert
from tests.integration.workflows.world import World
from tests.servers.rate_ledger import RateLedger
from tests.servers.sandbox import serving
from workflows import ids
from workflows.root_cause_analysis import RootCauseAnalysis

APP_URL = "https://app.datadoghq.com"
QUERY = "sum(last_5m):sum:checkout.errors{env:prod,service:checkout}.as_count() > 250"


@dataclass(frozen=True)
class Storm:
    """What it left behind. `journal` is the sandbox's own; `tries` has each step's number."""

    limit: LimitRule
    analyses: list[AnalysisRecord]
    ledger: RateLedger
    journal: list[dict[str, Any]]
    notebooks: int
    tries: list[int]

    def most_in_a_period(self) -> int:
        """Requests of one route in one period, by the sandbox's clock."""
        return max(
            Counter(
                (entry["method"], entry["path"], _second(entry) // self.limit.period_seconds)
                for entry in self.journal
            ).values()
        )


async def storm(temporal: Client, limit: LimitRule, *, analyses: int, deadline: float) -> Storm:
    """Runs so many analyses to their ends, each of an incident of its own.

    Raises TimeoutError after `deadline` seconds.
    """
    sandbox = create_sandbox(scenarios=SCENARIOS, clock=clock.now, app_url=APP_URL)
    async with asyncio.timeout(deadline), serving(sandbox) as levers:
        await levers.post("/sandbox/scenarios/bad-deploy/load", json={"at": NOON.isoformat()})
        await levers.post("/sandbox/limits", json={"limits": [limit.model_dump()]})
        ledger = RateLedger(httpx.AsyncHTTPTransport())
        datadog = DatadogApi.connect(
            api_url=str(levers.base_url),
            app_url=APP_URL,
            api_key="key",
            app_key="app",
            transport=ledger,
        )
        world = World(temporal, real_datadog=datadog)
        tries = await _run(world, analyses)
        await datadog.aclose()
        journal = (await levers.get("/sandbox/requests")).json()["requests"]
        state = (await levers.get("/sandbox/state")).json()
    records = [record for key in world.state.analyses for record in await _records(world, key)]
    return Storm(limit, records, ledger, journal, len(state["notebooks"]), tries)


async def _run(world: World, analyses: int) -> list[int]:
    async with world.running():
        await world.deliver(*(_alert(number) for number in range(analyses)))
        while len(world.state.analyses) < analyses:  # noqa: ASYNC110 -- workers announce nothing
            await asyncio.sleep(0.1)
        tries = await asyncio.gather(*(_tries(world, key) for key in world.state.analyses))
    return [number for each in tries for number in each]


async def _tries(world: World, key: AnalysisKey) -> list[int]:
    """Once the analysis has ended: which try of each of its steps it was that ended it."""
    name = ids.root_cause_analysis(key)
    handle = world.temporal.get_workflow_handle_for(RootCauseAnalysis.run, name)
    await handle.result()
    return [
        event.activity_task_started_event_attributes.attempt
        async for event in handle.fetch_history_events()
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
    ]


async def _records(world: World, key: AnalysisKey) -> Sequence[AnalysisRecord]:
    return await world.analyses.list_analyses(key.incident_id)


def _alert(number: int) -> Alert:
    """Of one monitor's many groups."""
    service = f"checkout-{number}"
    return an_alert(
        event_id=str(number),
        cycle_key=f"cycle-{number}",
        monitor_id=14205511,
        query=QUERY,
        hostname="checkout-7d9f-a",
        service=service,
        scope=("env:prod", f"service:{service}"),
        tags=("env:prod", f"service:{service}"),
    )


def _second(entry: dict[str, Any]) -> int:
    return int(datetime.fromisoformat(entry["at"]).timestamp())
