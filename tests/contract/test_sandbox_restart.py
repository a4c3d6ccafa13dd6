"""What the stand-in Datadog knows, over restarts and from scenario to scenario."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from domain.errors import InvalidInput
from tests.factories import NOON
from tests.servers.sandbox import (
    SetClock,
    a_cell,
    a_downtime_body,
    a_notebook_body,
    a_sandbox,
    asking,
    everything,
    write_scenario,
)

LOGS = "/api/v2/logs/events/search"
EVENTS = "/api/v2/events/search"
NOTEBOOKS = "/api/v1/notebooks"
DOWNTIMES = "/api/v2/downtime"
LAST_HOURS = {"from": "now-6h", "to": "now"}
ERRORS_OF_CHECKOUT = {"query": "service:checkout status:error", **LAST_HOURS}


async def test_notebooks_and_downtimes_outlive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "datadog" / "state.json"
    async with asking(a_sandbox(state=state)) as before:
        await before.post(NOTEBOOKS, json=a_notebook_body(a_cell()))
        await before.post(DOWNTIMES, json=a_downtime_body())
        kept = (await before.get("/sandbox/state")).json()

    async with asking(a_sandbox(state=state)) as after:
        assert (await after.get("/sandbox/state")).json() == kept
    assert [path.name for path in state.parent.iterdir()] == ["state.json"]


async def test_ids_go_on_after_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    ids = []
    for _ in range(2):
        async with asking(a_sandbox(state=state)) as client:
            answer = await client.post(NOTEBOOKS, json=a_notebook_body())
            ids.append(answer.json()["data"]["id"])

    assert ids[1] == ids[0] + 1


async def test_loaded_scenario_is_there_after_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    found = []
    async with asking(a_sandbox(state=state)) as before:
        await before.post("/sandbox/scenarios/bad-deploy/load", json={"fresh_ids": True})
        found.append(await everything(before, LOGS, filter=ERRORS_OF_CHECKOUT))
        found.append(await everything(before, EVENTS, filter=LAST_HOURS))

    async with asking(a_sandbox(state=state)) as after:
        assert await everything(after, LOGS, filter=ERRORS_OF_CHECKOUT) == found[0]
        assert await everything(after, EVENTS, filter=LAST_HOURS) == found[1]
    assert len(found[0]) > 10


async def test_notebooks_outlive_a_scenario_that_is_gone(tmp_path: Path) -> None:
    state, folder = tmp_path / "state.json", write_scenario(tmp_path / "scenarios")
    async with asking(a_sandbox(state=state, scenarios=folder)) as before:
        await before.post("/sandbox/scenarios/small/load")
        await before.post(NOTEBOOKS, json=a_notebook_body())

    async with asking(a_sandbox(state=state)) as after:
        assert len((await after.get("/sandbox/state")).json()["notebooks"]) == 1


async def test_state_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text("{")

    with pytest.raises(InvalidInput, match=r"state\.json cannot be read"):
        a_sandbox(state=state)


async def test_two_scenarios_stand_side_by_side(empty: httpx.AsyncClient) -> None:
    await empty.post("/sandbox/scenarios/bad-deploy/load")
    await empty.post("/sandbox/scenarios/feature-flag/load")

    monitors = (await empty.get("/api/v1/monitor")).json()

    assert [monitor["id"] for monitor in monitors] == [14205511, 18550317]


async def test_scenario_loaded_again_replaces_its_earlier_data(
    empty: httpx.AsyncClient, clock: SetClock
) -> None:
    await empty.post("/sandbox/scenarios/bad-deploy/load")
    before = await everything(empty, LOGS, filter={"query": "*", **LAST_HOURS})
    clock.pass_time(timedelta(minutes=3))
    await empty.post("/sandbox/scenarios/bad-deploy/load")

    after = await everything(empty, LOGS, filter={"query": "*", **LAST_HOURS})

    assert len(after) == len(before)
    assert after[0]["attributes"]["timestamp"] > NOON.isoformat()
