"""The scripted Messages API keeps what its users rely on."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contract.asking_claude import claude_at, explain
from tests.contract.posting_to_claude import KEYED, post
from tests.factories import a_case, an_explanation, an_item
from tests.servers import anthropic_answers as answers
from tests.servers.anthropic import MessagesServer

ROOT = Path(__file__).parents[2]
GOOD: dict[str, Any] = {
    "model": "claude-sonnet-5-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hello"}],
}


async def test_a_good_request_gets_the_scripted_answer() -> None:
    async with MessagesServer.running(answers.success(an_explanation())) as server:
        answer = await post(server, json.dumps(GOOD).encode(), KEYED)

    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "change",
    [
        {"messages": []},
        {"messages": [{"role": "assistant", "content": "Hello"}]},
        {"messages": [{"role": "user", "content": ""}]},
        {"max_tokens": "100"},
        {"max_tokens": None},
        {"model": ""},
        {"temperature": 0.2},
        {"tool_choice": {"type": "tool", "name": "explain"}},
        {"output_format": {"type": "json_schema", "schema": {}}},
        {"system": [{"type": "text", "text": "x", "cache_control": {"type": "forever"}}]},
        {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
        {
            "output_config": {
                "format": {"type": "json_schema", "schema": {"type": "string", "maxLength": 3}}
            }
        },
    ],
    ids=str,
)
async def test_a_request_that_the_api_would_refuse_is_refused(change: dict[str, Any]) -> None:
    async with MessagesServer.running(answers.success(an_explanation())) as server:
        answer = await post(server, json.dumps(GOOD | change).encode(), KEYED)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"invalid_request_error" in answer


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-api-key": ""}, b"401"),
        ({"anthropic-version": ""}, b"400"),
        ({"content-type": "text/plain"}, b"400"),
        ({"x-api-key": "", "authorization": "Bearer sk-ant-oat01-x"}, b"401"),
    ],
    ids=str,
)
async def test_a_request_with_wrong_headers_is_refused(
    headers: dict[str, str], status: bytes
) -> None:
    async with MessagesServer.running(answers.success(an_explanation())) as server:
        answer = await post(server, json.dumps(GOOD).encode(), KEYED | headers)

    assert answer.split()[1] == status


async def test_answers_come_in_order_and_the_last_one_repeats() -> None:
    async with MessagesServer.running(answers.bad_key(), answers.overloaded()) as server:
        body = json.dumps(GOOD).encode()
        statuses = [(await post(server, body, KEYED)).split()[1] for _ in range(3)]

    assert statuses == [b"401", b"529", b"529"]
    assert len(server.requests) == 3


async def test_it_can_explain_whatever_case_it_is_sent() -> None:
    case = a_case(items=(an_item(id="event-1", text="title: Deployed checkout 2.4.1"), an_item()))

    async with MessagesServer.running(answers.success_citing_the_case()) as server:
        draft = await explain(server, case)

    assert draft.explanation.culprit_change == "event-1"
    assert draft.explanation.claims[0].quote == "title: Deployed checkout 2.4.1"


async def test_it_runs_as_a_process_that_prints_its_address(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(f"[{answers.success(an_explanation()).model_dump_json()}]")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.servers.anthropic", "--script", str(script)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        url = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
        claude = claude_at(url)
        draft = await claude.explain(a_case())
        await claude.close()
    finally:
        process.kill()
        await process.wait()

    assert draft.explanation == an_explanation()
