"""An investigation pays once for what it says again: prefixes stay, and the cache is read."""

import json
from itertools import pairwise

import pytest

from domain.case import Case
from domain.investigation import Transcript, tokens_of
from tests.contract.investigating import (
    LIMIT,
    Investigation,
    a_digest,
    claude_with_effort,
    found,
    investigating,
)
from tests.factories import a_case, an_alert
from tests.servers.anthropic import MessagesServer, RecordedRequest
from tests.servers.anthropic_answers import asks, call
from tests.servers.anthropic_conversation import without_markers
from tests.servers.anthropic_scripts import Character, Turns

TURNS = 8
INVESTIGATES = Character(policy="investigates", turns=TURNS)
LONG = "connection reset by peer while charging an order\n" * 400  # some 5,000 tokens


def sent(request: RecordedRequest) -> list[str]:
    """All that a request sends, in the order in which it is cached."""
    body = without_markers(request.json)
    parts = [body["tools"], body["system"], *body["messages"]]
    return [json.dumps(part) for part in parts]


def marked(request: RecordedRequest) -> int:
    return request.body.count(b'"cache_control"')


async def test_what_was_sent_once_is_sent_again_letter_by_letter() -> None:
    async with investigating(script=INVESTIGATES) as (investigation, server):
        await investigation.to_the_end()

    requests = [sent(request) for request in server.requests]
    for earlier, later in pairwise(requests):
        assert later[: len(earlier)] == earlier


async def test_what_was_sent_once_stays_after_an_unreadable_forced_conclusion() -> None:
    script = Turns(turns=(asks(call("search_logs")), asks(call("search_logs"))))

    async with investigating(script=script) as (investigation, server):
        await investigation.turn()
        await investigation.turn(conclude=LIMIT)
        await investigation.turn(conclude=LIMIT)

    assert [exchange.status for exchange in server.exchanges] == [200, 200, 200]


async def test_what_comes_back_from_the_database_makes_the_same_request() -> None:
    async with investigating(script=INVESTIGATES) as (investigation, server):
        await investigation.turn()
        stored = investigation.case.model_dump_json()
        investigation.case = Case.model_validate_json(stored)
        said = investigation.transcript.model_dump_json()
        investigation.transcript = Transcript.model_validate_json(said)
        await investigation.turn()

    first, second = (sent(request) for request in server.requests)
    assert second[: len(first)] == first


async def test_each_turn_reads_from_the_cache_all_that_the_turn_before_had_sent() -> None:
    async with investigating(script=INVESTIGATES) as (investigation, _):
        investigation.digest = a_digest(log_1=LONG)
        await investigation.to_the_end()

    usages = [turn.usage for turn in investigation.transcript.turns]
    for before, after in pairwise(usages):
        assert after.cache_read_tokens == before.cache_read_tokens + before.cache_write_tokens


async def test_most_of_what_is_read_over_eight_turns_comes_from_the_cache() -> None:
    async with investigating(script=INVESTIGATES) as (investigation, _):
        investigation.digest = a_digest(log_1=LONG)
        await investigation.to_the_end()

    usages = [turn.usage for turn in investigation.transcript.turns]
    from_cache = sum(usage.cache_read_tokens for usage in usages)
    assert from_cache / sum(map(tokens_of, usages)) > 0.8


async def test_a_turn_with_more_calls_than_the_cache_looks_back_still_hits() -> None:
    many = asks(*(call("search_logs", query=f"q{n}") for n in range(30)))
    script = Turns(turns=(many, many, asks()))

    async with investigating(script=script) as (investigation, _):
        investigation.answer = lambda _: found(LONG[:500])
        await investigation.turn()
        await investigation.turn()
        turn = await investigation.turn()

    before = investigation.transcript.turns[1].usage
    assert turn.usage.cache_read_tokens == before.cache_read_tokens + before.cache_write_tokens


async def test_another_analysis_reads_tools_and_instructions_from_the_cache() -> None:
    async with MessagesServer.running(script=INVESTIGATES) as server:
        claude = claude_with_effort(server.url)
        first = await Investigation(claude).turn()
        second = await Investigation(claude, a_case(alerts=(an_alert(title="Other"),))).turn()
        await claude.close()

    assert first.usage.cache_read_tokens == 0
    assert 1_000 < second.usage.cache_read_tokens < first.usage.cache_write_tokens


async def test_a_forced_conclusion_reads_the_instructions_and_writes_nothing() -> None:
    async with investigating(script=Character(policy="asks_for_ever")) as (investigation, _):
        investigation.digest = a_digest(log_1=LONG)
        await investigation.turn()
        turn = await investigation.turn(conclude=LIMIT)

    assert turn.usage.cache_read_tokens > 1_000
    assert turn.usage.cache_write_tokens == 0


@pytest.mark.parametrize("conclude", ["", LIMIT])
async def test_no_request_marks_more_than_the_four_blocks_that_the_api_takes(conclude: str) -> None:
    async with investigating(script=INVESTIGATES) as (investigation, server):
        for _ in range(5):
            await investigation.turn()
        await investigation.turn(conclude=conclude)

    assert max(map(marked, server.requests)) <= 4
