"""`rayne up` from outside: it ends in order, carries on, survives kill -9 and explains itself."""

import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest_asyncio

from tests.e2e.folders import short_folder
from tests.e2e.stack import RayneUp, all_ended, rayne_up, until

ALERT = {"alert_id": "42", "event_title": "[Triggered] Too many errors", "event_id": "1"}


@pytest_asyncio.fixture(scope="module")
async def running() -> AsyncIterator[RayneUp]:
    """A stack that is ready, with the default port for its sandbox or one near it."""
    with short_folder() as folder:
        async with rayne_up(folder / "state", RAYNE_SANDBOX_PORT="") as rayne:
            await rayne.ready()
            yield rayne


async def deliver(api: str, alert: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=api, timeout=10) as client:
        answer = await client.post("/v1/webhooks/receive", json=alert)
    assert answer.status_code == httpx.codes.ACCEPTED


async def stored(api: str) -> int:
    async with httpx.AsyncClient(base_url=api, timeout=10) as client:
        answer = await client.get("/v1/webhooks/events")
    return int(answer.json()["total_count"])


def temporal_servers(rayne: RayneUp) -> list[psutil.Process]:
    return [one for one in rayne.servers() if process_name(one) == "temporal"]


def process_name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""  # it ended while we looked


async def test_sigterm_ends_it_with_code_0_and_no_process_stays(state_dir: Path) -> None:
    async with rayne_up(state_dir) as rayne:
        await rayne.ready()
        servers = rayne.servers()

        code = await rayne.stop(signal.SIGTERM)

        assert code == 0
        assert await all_ended(servers)
        assert not rayne.state.stack_file.exists()


async def test_after_ctrl_c_the_next_start_carries_on_with_the_same_data(state_dir: Path) -> None:
    async with rayne_up(state_dir) as first:
        await deliver((await first.ready()).api, ALERT)
        code = await first.stop(signal.SIGINT)

    async with rayne_up(state_dir) as second:
        stack = await second.ready()

        assert code == 0
        assert await stored(stack.api) == 1


async def test_after_kill_9_the_next_start_has_the_same_data(state_dir: Path) -> None:
    async with rayne_up(state_dir) as first:
        await deliver((await first.ready()).api, ALERT)
        servers = first.servers()
        first.process.kill()
        await first.ended()

        async with rayne_up(state_dir) as second:
            stack = await second.ready()

            assert await stored(stack.api) == 1
            assert await all_ended(servers)


async def test_the_servers_of_a_killed_run_end_with_it(state_dir: Path) -> None:
    async with rayne_up(state_dir) as rayne:
        await until(lambda: _has_servers(rayne), 60)
        servers = rayne.servers()

        rayne.process.kill()

        await until(lambda: all_ended(servers), 20)


async def _has_servers(rayne: RayneUp) -> bool:
    names = {process_name(server) for server in rayne.servers()}
    return {"postgres", "temporal"} <= names


def open_to_others(state_dir: Path) -> list[Path]:
    return [file for file in state_dir.rglob("*") if file.is_file() and file.stat().st_mode & 0o077]


async def test_nobody_else_may_read_what_it_keeps(running: RayneUp) -> None:
    await running.ready()

    assert open_to_others(running.state.root) == []


async def test_a_second_one_on_the_same_folder_is_told_so(running: RayneUp) -> None:
    async with rayne_up(running.state.root) as second:
        code = await second.ended()

        assert code == 1
        assert f"another `rayne up` (process {running.process.pid})" in second.output


async def test_a_taken_port_that_was_chosen_is_explained(state_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]

        async with rayne_up(state_dir, RAYNE_AGENT_PORT=str(port)) as rayne:
            code = await rayne.ended()

            assert code == 1
            assert f"port {port} is taken by " in rayne.output
            assert "set RAYNE_AGENT_PORT to a free port" in rayne.output


async def test_a_taken_port_that_nobody_chose_is_replaced(
    running: RayneUp, state_dir: Path
) -> None:
    async with rayne_up(state_dir, RAYNE_SANDBOX_PORT="") as second:
        ours, theirs = (await second.ready()).sandbox, (await running.ready()).sandbox

        assert ours is not None
        assert ours != theirs


async def test_a_server_that_dies_is_started_again_where_it_was(running: RayneUp) -> None:
    before = await running.ready()
    (server,) = temporal_servers(running)

    server.kill()

    await until(lambda: _has_another_than(server, running), 30)
    assert (await running.ready()).temporal == before.temporal


async def _has_another_than(old: psutil.Process, rayne: RayneUp) -> bool:
    return any(one != old for one in temporal_servers(rayne))


async def test_bad_settings_end_it_with_code_2_before_anything_starts(state_dir: Path) -> None:
    async with rayne_up(state_dir, RAYNE_GROUP_WAIT="hunter2") as rayne:
        code = await rayne.ended()

        assert code == 2
        assert "RAYNE_GROUP_WAIT must be a duration" in rayne.output
        assert "hunter2" not in rayne.output
        assert not rayne.state.root.exists()
