"""The embedded Temporal server: it serves, keeps its runs, and comes back."""

from datetime import timedelta
from pathlib import Path

import httpx
import psutil
import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from adapters.embedded.polling import holds_within
from adapters.embedded.state import StateFolder
from adapters.embedded.temporal import EmbeddedTemporal, TemporalPorts
from domain.errors import Conflict
from tests.e2e.stack import free_port

SOON = timedelta(seconds=20)


def some_ports() -> TemporalPorts:
    return TemporalPorts(server=free_port(), web_ui=free_port())


async def status(server: EmbeddedTemporal, id: str) -> WorkflowExecutionStatus | None:
    client = await Client.connect(server.address)
    return (await client.get_workflow_handle(id).describe()).status


async def start_run(server: EmbeddedTemporal, id: str) -> None:
    """A run that nobody serves, so that it stays as it is."""
    client = await Client.connect(server.address)
    await client.start_workflow("Anything", id=id, task_queue="nobody")


def servers_of(state: StateFolder) -> list[psutil.Process]:
    mark = str(state.temporal_file)
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if mark in (process.info["cmdline"] or [])
    ]


async def test_its_runs_outlive_a_restart(state: StateFolder) -> None:
    async with EmbeddedTemporal.running(state, some_ports(), namespace="default") as server:
        await start_run(server, "kept")

    async with EmbeddedTemporal.running(state, some_ports(), namespace="default") as server:
        assert await status(server, "kept") is WorkflowExecutionStatus.RUNNING


async def test_its_runs_outlive_kill_9_and_it_comes_back_at_its_address(
    state: StateFolder,
) -> None:
    async with EmbeddedTemporal.running(state, some_ports(), namespace="default") as server:
        await start_run(server, "kept")
        (process,) = servers_of(state)

        process.kill()

        async def is_back() -> bool:
            return [one for one in servers_of(state) if one != process] != [] and (
                await _is_kept(server)
            )

        assert await holds_within(is_back, SOON)


async def _is_kept(server: EmbeddedTemporal) -> bool:
    try:
        return await status(server, "kept") is WorkflowExecutionStatus.RUNNING
    except RuntimeError:
        return False  # not listening yet


async def test_no_process_is_left_after_the_block(state: StateFolder) -> None:
    async with EmbeddedTemporal.running(state, some_ports(), namespace="default"):
        assert len(servers_of(state)) == 1

    assert servers_of(state) == []


async def test_it_serves_the_namespace_and_shows_the_web_ui(state: StateFolder) -> None:
    async with EmbeddedTemporal.running(state, some_ports(), namespace="shop") as server:
        client = await Client.connect(server.address, namespace="shop")
        handle = await client.start_workflow("Anything", id="one", task_queue="nobody")
        async with httpx.AsyncClient(base_url=server.web_ui) as browser:
            page = await browser.get("/")

        assert (await handle.describe()).id == "one"
        assert "html" in page.headers["content-type"]


async def test_a_port_that_a_stranger_has_is_refused_with_its_variable(
    state: StateFolder, short_path: Path
) -> None:
    other = StateFolder(short_path / "other")
    ports = some_ports()
    with other.opened():
        async with EmbeddedTemporal.running(other, ports, namespace="default"):
            with pytest.raises(Conflict, match="set RAYNE_TEMPORAL_PORT"):
                async with EmbeddedTemporal.running(state, ports, namespace="default"):
                    pass
