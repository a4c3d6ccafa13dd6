"""A model's questions to the stand-in Datadog: answered, bounded, and at the incident's time."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import JsonValue

from dd_lib.datadog import DatadogApi
from dd_lib.toolbox import MAX_ANSWER, DatadogToolbox
from dd_lib.tools.monitor_tools import Triggered
from dd_lib.tools.registry import TOOLS
from dd_lib.tools.tool import Asking, Output, Tool
from domain.errors import InvalidInput, NotFound
from domain.evidence import Window
from tests.factories import NOON, a_frame
from tests.servers.sandbox import a_sandbox, write_scenario
from tests.unit.dd_lib.conversations import Script, client_of

SCENARIO = "bad-deploy"
FRAME = a_frame()
LATER = a_frame(window=Window(start=NOON, end=NOON + timedelta(hours=6)))
QUESTIONS: dict[str, dict[str, JsonValue]] = {
    "aggregate_logs": {"query": "status:error", "group_by": ["service"]},
    "get_downtimes": {},
    "get_events": {"from_time": "now-6h"},
    "get_host_info": {"hostname": "checkout-7d9f-a"},
    "get_monitor_details": {"monitor_id": 14205511},
    "get_monitors": {},
    "get_service_health": {"service": "checkout", "env": "prod"},
    "get_triggered_monitors": {},
    "list_changes": {},
    "list_services": {"env": "prod"},
    "query_metrics": {"query": "sum:checkout.errors{*}"},
    "search_logs": {"query": "service:checkout status:error"},
    "search_spans": {"query": "service:checkout"},
}


async def a_loaded_sandbox(scenario: str = SCENARIO, **options: Any) -> httpx.ASGITransport:
    """Plays the scenario with its alert at noon."""
    transport = httpx.ASGITransport(a_sandbox(**options))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as control:
        loaded = await control.post(f"/sandbox/scenarios/{scenario}/load")
    assert loaded.status_code == 200
    return transport


@asynccontextmanager
async def toolbox(transport: httpx.ASGITransport | None = None) -> AsyncIterator[DatadogToolbox]:
    """Over the client of the ports."""
    api = DatadogApi.connect(
        api_url="http://sandbox.test",
        app_url="http://sandbox.test",
        api_key="key",
        app_key="app",
        transport=transport or await a_loaded_sandbox(),
    )
    yield api.toolbox()
    await api.aclose()


def test_a_question_is_tried_for_every_tool() -> None:
    assert set(QUESTIONS) == set(TOOLS)


@pytest.mark.parametrize("name", sorted(QUESTIONS))
async def test_every_tool_is_answered_within_the_limit(name: str) -> None:
    async with toolbox() as tools:
        answer = await tools.ask(name, QUESTIONS[name], FRAME)

    assert isinstance(json.loads(answer), dict)
    assert "error" not in json.loads(answer)
    assert len(answer) <= MAX_ANSWER


@pytest.mark.parametrize("name", sorted({*QUESTIONS} - {"get_downtimes"}))
async def test_a_tool_finds_what_the_scenario_tells(name: str) -> None:
    async with toolbox() as tools:
        answer = json.loads(await tools.ask(name, QUESTIONS[name], FRAME))

    assert answer.get("count") != 0


async def test_now_is_the_end_of_the_incidents_window() -> None:
    async with toolbox() as tools:
        found = json.loads(await tools.ask("search_logs", {"query": "*", "limit": 1000}, FRAME))
        late = json.loads(await tools.ask("search_logs", {"from_time": "now-5h"}, LATER))

    times = [line["timestamp"] for line in found["logs"]]
    assert times
    assert all(FRAME.window.start.isoformat() <= time for time in times)
    assert late["logs"] == []


async def test_questions_of_several_frames_at_once_keep_their_times() -> None:
    async with toolbox() as tools:
        asked = [tools.ask("search_logs", {}, frame) for frame in (FRAME, LATER, FRAME)]
        first, late, second = await asyncio.gather(*asked)

    assert first == second
    assert json.loads(first)["count"] > 0
    assert json.loads(late)["count"] == 0


async def test_an_answer_that_is_too_long_says_what_was_left_out(tmp_path: Path) -> None:
    lines = [
        {"timestamp": NOON.isoformat(), "message": f"{number} {'x' * 500}", "service": "checkout"}
        for number in range(200)
    ]
    transport = await a_loaded_sandbox("small", scenarios=write_scenario(tmp_path, logs=lines))

    async with toolbox(transport) as tools:
        text = await tools.ask("search_logs", {"limit": 200}, FRAME)

    answer = json.loads(text)
    assert len(text) <= MAX_ANSWER
    assert answer["partial"].endswith(f"logs: only the first {answer['count']} of 200 fit")
    assert 0 < answer["count"] == len(answer["logs"]) < 200


async def test_an_answer_without_a_list_to_shorten_is_bounded_all_the_same() -> None:
    async def run(_: Asking, __: Triggered) -> Output:
        return {"groups": {f'env:"{number}"': "Alert" for number in range(5_000)}}

    wide = Tool(name="wide", description="Wide.", parameters=Triggered, run=run)
    async with client_of(Script({})) as client:
        tools = DatadogToolbox(client, tools={"wide": wide})
        text = await tools.ask("wide", {}, FRAME)

    assert len(text) <= MAX_ANSWER
    assert "only the beginning" in json.loads(text)["partial"]


async def test_a_tool_that_changes_something_is_neither_offered_nor_run() -> None:
    writer = replace(TOOLS["get_monitors"], name="mute_all", read_only=False)
    async with client_of(Script({})) as client:
        tools = DatadogToolbox(client, tools={**TOOLS, "mute_all": writer})
        with pytest.raises(NotFound, match="no tool is called 'mute_all'"):
            await tools.ask("mute_all", {}, FRAME)

    assert "mute_all" not in {tool.name for tool in tools.tools}
    assert len(tools.tools) == len(TOOLS)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("search_logs", {"limit": 5_000}),
        ("search_logs", {"colour": "red"}),
        ("search_logs", {"from_time": "yesterday"}),
        ("search_logs", {"from_time": "now", "to_time": "now-1h"}),
        ("get_monitor_details", {}),
        ("get_host_info", {"hostname": ""}),
    ],
    ids=str,
)
async def test_arguments_that_do_not_fit_are_invalid(
    name: str, arguments: dict[str, JsonValue]
) -> None:
    async with toolbox() as tools:
        with pytest.raises(InvalidInput):
            await tools.ask(name, arguments, FRAME)


async def test_an_unknown_name_is_not_found() -> None:
    async with toolbox() as tools:
        with pytest.raises(NotFound, match="search_logs"):
            await tools.ask("create_downtime", {}, FRAME)


async def test_the_description_says_what_now_means_and_what_has_no_time() -> None:
    async with toolbox() as tools:
        told = {tool.name: tool.description for tool in tools.tools}

    assert "end of the incident's window" in told["search_logs"]
    assert "Tells the present" in told["get_host_info"]


async def test_the_tools_are_told_in_the_same_words_each_time() -> None:
    async with toolbox() as first, toolbox() as second:
        told = [tools.tools for tools in (first, second)]

    assert told[0] == told[1]
