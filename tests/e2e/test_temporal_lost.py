"""Temporal lost with all that it knew: what was under way goes on from the database."""

import asyncio
import sys
from pathlib import Path

from tests.conformance.oracle import Oracle
from tests.e2e.asked import violations
from tests.e2e.parts import PATIENCE, Parts, running_parts
from tests.e2e.stack import ROOT, until


async def rayne(parts: Parts, *arguments: str) -> str:
    """What a command says on its standard output."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", *arguments),
        cwd=ROOT,
        env={"RAYNE_URL": str(parts.api.base_url), "HOME": str(parts.state.root)},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    return told.decode()


async def was_searched(parts: Parts) -> bool:
    return any(one["path"] == "/api/v2/events/search" for one in await parts.journal())


async def lose_temporal(parts: Parts) -> None:
    """As with a disk that is gone, or a backup from before the incident."""
    await parts.stop("temporal")
    for file in parts.state.root.glob("temporal.db*"):
        file.unlink()
    await parts.start_temporal()


async def test_an_analysis_under_way_ends_with_one_notebook_after_resuming(
    state_dir: Path, oracle: Oracle
) -> None:
    async with running_parts(state_dir) as parts:
        worker = parts.start("worker")
        webhook = await parts.fire()
        await parts.arm(kind="slow", path="/api/v2/events/search", seconds=3, count=1)
        await parts.deliver(webhook)
        await until(lambda: was_searched(parts), PATIENCE)
        worker.kill()

        await lose_temporal(parts)
        parts.start("worker")
        told = await rayne(parts, "incident", "resume")
        analysis = await parts.analysis(1)

        async def is_written() -> bool:
            return any(one["notebook"] for one in await parts.incidents())

        await until(is_written, PATIENCE)
        assert "told to go on: 1" in told
        assert analysis["state"] == "finished"
        assert len(await parts.notebooks()) == 1
        assert await violations(parts, oracle) == []
