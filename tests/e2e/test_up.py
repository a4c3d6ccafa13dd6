"""`rayne up` from outside: it ends in order, carries on, survives kill -9 and explains itself."""

import signal
import socket
from pathlib import Path

import httpx
import psutil
import pytest

from tests.e2e.stack import RayneUp, rayne_up, until

ALERT = {"alert_id": "42", "event_title": "[Triggered] Too many errors", "event_id": "1"}


async def deliver(api: str, alert: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(base_url=api, timeout=10) as client:
        return await client.post("/v1/webhooks/receive", json=alert)


async def stored(api: str) -> int:
    async with httpx.AsyncClient(base_url=api, timeout=10) as client:
        answer = await client.get("/v1/webhooks/events")
    return int(answer.json()["total"])


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_with_code_0_and_no_process_stays(
    state_dir: Path, by: signal.Signals
) -> None:
    async with rayne_up(state_dir) as rayne:
        await rayne.ready()
        servers = rayne.servers()

        code = await rayne.stop(by)

        assert code == 0
        assert {server.name() for server in servers if server.is_running()} == set()
        assert not rayne.state.stack_file.exists()


async def test_the_next_start_carries_on_with_the_same_data(state_dir: Path) -> None:
    async with rayne_up(state_dir) as first:
        await deliver((await first.ready()).api, ALERT)
        await first.stop()

    async with rayne_up(state_dir) as second:
        stack = await second.ready()

        assert await stored(stack.api) == 1


async def test_after_kill_9_the_next_start_has_the_same_data(state_dir: Path) -> None:
    async with rayne_up(state_dir) as first:
        await deliver((await first.ready()).api, ALERT)
        first.process.kill()
        await first.ended()

        async with rayne_up(state_dir) as second:
            stack = await second.ready()

            assert await stored(stack.api) == 1


async def test_the_servers_of_a_killed_run_end_with_it(state_dir: Path) -> None:
    async with rayne_up(state_dir) as rayne:
        await rayne.ready()
        servers = rayne.servers()

        rayne.process.kill()

        await until(lambda: _ended(servers), 20)


async def _ended(servers: list[psutil.Process]) -> bool:
    return not any(server.is_running() for server in servers)


async def test_a_second_one_on_the_same_folder_is_told_so(state_dir: Path) -> None:
    async with rayne_up(state_dir) as first:
        await first.ready()

        async with rayne_up(state_dir) as second:
            code = await second.ended()

            assert code == 1
            assert f"another `rayne up` (process {first.process.pid})" in second.output


async def test_a_taken_port_that_was_chosen_is_explained(state_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]

        async with rayne_up(state_dir, RAYNE_AGENT_PORT=str(port)) as rayne:
            code = await rayne.ended()

            assert code == 1
            assert f"port {port} is taken by " in rayne.output
            assert "set RAYNE_AGENT_PORT to a free port" in rayne.output


async def test_a_taken_port_that_nobody_chose_is_replaced(state_dir: Path) -> None:
    # Blank means unset, so these are the defaults; a stranger may have them already.
    async with rayne_up(state_dir, RAYNE_SANDBOX_PORT="") as first:
        taken = (await first.ready()).sandbox

        async with rayne_up(state_dir.with_name("second"), RAYNE_SANDBOX_PORT="") as second:
            replaced = (await second.ready()).sandbox

            assert replaced is not None
            assert replaced != taken


async def test_it_refuses_to_listen_where_others_can_reach_it(state_dir: Path) -> None:
    async with rayne_up(state_dir, RAYNE_API_HOST="0.0.0.0") as rayne:
        code = await rayne.ended()

        assert code == 1
        assert "cannot listen on '0.0.0.0'" in " ".join(rayne.output.split())


async def test_bad_settings_end_it_with_code_2_before_anything_starts(state_dir: Path) -> None:
    async with rayne_up(state_dir, RAYNE_GROUP_WAIT="hunter2") as rayne:
        code = await rayne.ended()

        assert code == 2
        assert "RAYNE_GROUP_WAIT must be a duration" in rayne.output
        assert "hunter2" not in rayne.output
        assert not rayne.state.is_open()


async def test_a_killed_server_is_started_again(state_dir: Path) -> None:
    async with rayne_up(state_dir) as rayne:
        stack = await rayne.ready()
        server = next(one for one in rayne.servers() if one.name() == "temporal")

        server.kill()

        await until(lambda: _serves_again(rayne, server), 30)
        assert (await rayne.ready()).temporal == stack.temporal


async def _serves_again(rayne: RayneUp, old: psutil.Process) -> bool:
    return any(one.name() == "temporal" and one != old for one in rayne.servers())
