"""Each dependency taken away: nothing is lost, and the report says what was missing."""

import asyncio
from pathlib import Path
from typing import Any

from tests.conformance.oracle import Oracle
from tests.e2e.asked import violations
from tests.e2e.parts import PATIENCE, Parts, running_parts
from tests.e2e.stack import free_port, until
from tests.servers import anthropic_answers as answers
from tests.servers.anthropic import MessagesServer

NOBODY = f"http://127.0.0.1:{free_port()}"


def source(analysis: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in analysis["sources"] if one["source"] == name)
    return found


async def accepts(parts: Parts, webhook: dict[str, Any]) -> bool:
    return (await parts.deliver(webhook)).status_code == 202


async def test_without_temporal_deliveries_are_kept_and_analysed_when_it_is_back(
    state_dir: Path, oracle: Oracle
) -> None:
    async with running_parts(state_dir) as parts:
        webhook = await parts.fire()
        await parts.stop("temporal")

        reply = await parts.deliver(webhook)
        readiness = (await parts.api.get("/health/ready")).json()
        await parts.start_temporal()
        parts.start("worker")
        analysis = await parts.analysis(1)

        assert reply.status_code == 202
        assert readiness["status"] == "degraded"
        assert analysis["state"] == "finished"
        assert await violations(parts, oracle) == []


async def test_without_postgres_the_answer_is_503_and_202_as_soon_as_it_is_back(
    state_dir: Path,
) -> None:
    async with running_parts(state_dir) as parts:
        webhook = await parts.fire()
        await parts.stop("postgres")

        refused = await parts.deliver(webhook)
        await parts.start_postgres()
        await until(lambda: accepts(parts, webhook), PATIENCE)
        events = (await parts.api.get("/v1/webhooks/events")).json()

        assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable")
        assert events["total_count"] == 1


async def test_a_part_that_starts_without_postgres_waits_for_it(state_dir: Path) -> None:
    async with running_parts(state_dir) as parts:
        webhook = await parts.fire()
        parts.kill_processes()
        await parts.stop("postgres")

        parts.start("api")
        await until(lambda: has_said(parts, "postgres.waiting"), PATIENCE)
        await parts.start_postgres()
        await until(parts.is_up, PATIENCE)

        assert await accepts(parts, webhook)


async def test_postgres_gone_in_the_middle_of_an_analysis_only_delays_it(
    state_dir: Path, oracle: Oracle
) -> None:
    async with running_parts(state_dir) as parts:
        parts.start("worker")
        webhook = await parts.fire()
        await parts.arm(kind="slow", path="/api/v2/events/search", seconds=3, count=1)
        await parts.deliver(webhook)
        await until(lambda: was_asked(parts, "/api/v2/events/search"), PATIENCE)

        await parts.stop("postgres")
        await parts.start_postgres()
        analysis = await parts.analysis(1)

        assert source(analysis, "events")["status"] == "found"
        assert await violations(parts, oracle) == []


async def test_a_report_comes_without_qdrant_ollama_and_claude_and_says_so(
    state_dir: Path, oracle: Oracle
) -> None:
    gone = {
        "QDRANT_URL": NOBODY,
        "OLLAMA_URL": NOBODY,
        "ANTHROPIC_BASE_URL": NOBODY,
        "ANTHROPIC_API_KEY": "sk-ant-test",
        "RAYNE_CLAUDE_DEADLINE": "3s",
    }
    async with running_parts(state_dir, **gone) as parts:
        parts.start("worker")

        await parts.deliver(await parts.fire())
        analysis = await parts.analysis(1)

        author = analysis["conclusion"]["authorship"]
        assert source(analysis, "similar")["status"] == "could_not_ask"
        assert author["analyst"] == "rules"
        assert "Claude" in author["instead_of_claude"]
        await until(lambda: has_notebook(parts), PATIENCE)
        (notebook,) = await parts.notebooks()
        assert "instead of Claude" in str(notebook)
        assert await violations(parts, oracle) == []


async def test_claude_writes_the_report_where_there_is_a_key(
    state_dir: Path, oracle: Oracle
) -> None:
    async with MessagesServer.running(answers.success_citing_the_case()) as claude:
        keys = {"ANTHROPIC_BASE_URL": claude.url, "ANTHROPIC_API_KEY": "sk-ant-test"}
        async with running_parts(state_dir, **keys) as parts:
            parts.start("worker")

            await parts.deliver(await parts.fire())
            analysis = await parts.analysis(1)

            conclusion = analysis["conclusion"]
            assert conclusion["authorship"]["analyst"] == "claude"
            assert conclusion["claims"]
            assert len(claude.requests) == 1
            assert await violations(parts, oracle) == []


async def test_one_delivery_posted_20_times_at_once_is_one_incident_and_one_notebook(
    state_dir: Path, oracle: Oracle
) -> None:
    async with running_parts(state_dir) as parts:
        parts.start("worker")
        webhook = await parts.fire()

        replies = await asyncio.gather(*(parts.deliver(webhook) for _ in range(20)))
        await parts.analysis(1)
        await until(lambda: has_notebook(parts), PATIENCE)

        assert {reply.status_code for reply in replies} == {202}
        assert {reply.json()["event_id"] for reply in replies} == {replies[0].json()["event_id"]}
        assert sum(not reply.json()["duplicate"] for reply in replies) == 1
        assert len(await parts.incidents()) == 1
        assert len(await parts.notebooks()) == 1
        assert await violations(parts, oracle) == []


async def has_said(parts: Parts, event: str) -> bool:
    return event in parts.output


async def was_asked(parts: Parts, path: str) -> bool:
    return any(one["path"] == path for one in await parts.journal())


async def has_notebook(parts: Parts) -> bool:
    return any(one["notebook"] for one in await parts.incidents())
