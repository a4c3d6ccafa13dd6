"""(f) How long starting takes, beside importing the libraries that a process is built on."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter

from tests.bench.telling import Table, Wanted
from tests.e2e.parts import Parts, running_parts
from tests.e2e.stack import ROOT, free_port, until

TIMES = 7
PATIENCE = 120  # seconds
_AS_THE_COMMAND = "from adapters.garbage import spare_loading; spare_loading(); "
# What the worker cannot do without, whoever had written it.
VENDORS = (
    "fastapi, uvicorn, httpx, psycopg, psycopg_pool, temporalio.worker, qdrant_client, "
    "ollama, wordllama"
)
COMMANDS = {
    "python": ("-c", "pass"),
    "its libraries": ("-c", f"import {VENDORS}"),
    "import cli.main": ("-c", "import cli.main"),
    "rayne --help": ("-m", "cli", "--help"),
    "import of the API": ("-c", f"{_AS_THE_COMMAND}import api.serve"),
    "import of the worker": ("-c", f"{_AS_THE_COMMAND}import workers.serve"),
}


async def measure(folder: Path) -> Table:
    table = Table(
        "(f) starting", f"median of {TIMES}; parts until they are ready", ("", "milliseconds")
    )
    took = {name: _time(command) for name, command in COMMANDS.items()}
    for name, seconds in took.items():
        table.row(name, f"{1000 * seconds:.0f}")
    async with running_parts(folder / "state") as parts:
        first = await _ready(parts, "worker")
        parts.processes[-1].kill()  # it has the memory's folder
        table.row("rayne worker, ever first", f"{1000 * first:.0f}")
        for name in ("worker", "agent", "api"):
            table.row(f"rayne {name}", f"{1000 * await _ready(parts, name):.0f}")
    own = took["import of the worker"] / took["its libraries"]
    table.judge("import of the worker, times its libraries", own, Wanted(most=2.0))
    table.judge("rayne --help, times bare Python", took["rayne --help"] / took["python"])
    return table


def _time(command: Sequence[str]) -> float:
    """In a process of its own each time, the files in the system's cache."""
    taken = []
    for _ in range(TIMES + 1):
        began = perf_counter()
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)
        taken.append(perf_counter() - began)
    return median(taken[1:])


async def _ready(parts: Parts, name: str) -> float:
    """Beside one that runs already, as when a replica is added."""
    said = f"rayne {name} is ready"
    before = parts.output.count(said)
    began = monotonic()
    parts.start(name, RAYNE_API_PORT=f"{free_port()}", RAYNE_AGENT_PORT=f"{free_port()}")

    async def says_so() -> bool:
        return parts.output.count(said) > before

    await until(says_so, PATIENCE)
    return monotonic() - began
