"""A database for each evaluation, and the rules analyst's grades, computed once."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.settings import Settings
from cli.eval_analysis import Arm
from cli.eval_rca import RcaReport, answer_all, grade_answers
from dd_lib.sandbox.app import SCENARIOS
from tests.evaluation.make_held_out import HELD_OUT
from tests.evaluation.settings import settings_for
from tests.evaluation.typing_it import ROOT, environment
from tests.servers.postgres import PostgresServer

PATIENCE = 280  # seconds; a busy machine takes its time


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
def settings(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Settings]:
    """Of an evaluation that nothing else shares its database with."""
    address = postgres_server.database()
    yield settings_for(address, tmp_path)
    postgres_server.give_back(address)


@pytest.fixture(scope="session")
def held_out_command(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[subprocess.Popen[str]]:
    """The whole command over the held-out scenarios, beside everything else."""
    folder = tmp_path_factory.mktemp("held-out")
    options = ("--json", "--check", "--answers", str(folder / "answers.jsonl"))
    with (
        (folder / "progress").open("w") as progress,
        subprocess.Popen(
            [sys.executable, "-m", "cli", "eval", "rca", str(HELD_OUT), *options],
            cwd=ROOT,
            env=environment(folder),
            stdout=subprocess.PIPE,
            stderr=progress,
            text=True,
        ) as command,
    ):
        yield command
        command.kill()


@pytest.fixture(scope="session")
async def rules_on_shipped(
    postgres_server: PostgresServer,
    held_out_command: subprocess.Popen[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> RcaReport:
    folder = tmp_path_factory.mktemp("shipped")
    settings, answers = settings_for(postgres_server.database(), folder), folder / "answers.jsonl"
    glances = await answer_all(Arm.RULES, SCENARIOS, settings, answers, lambda _: None)
    return grade_answers(Arm.RULES, SCENARIOS, answers, glances, check=True)


@pytest.fixture(scope="session")
def held_out_output(
    rules_on_shipped: RcaReport, held_out_command: subprocess.Popen[str]
) -> dict[str, object]:
    """What the command printed, once it has ended well."""
    printed, _ = held_out_command.communicate(timeout=PATIENCE)
    assert held_out_command.returncode == 0
    output: dict[str, object] = json.loads(printed)
    return output


@pytest.fixture(scope="session")
def rules_on_held_out(held_out_output: dict[str, object]) -> RcaReport:
    fields = {name: held_out_output[name] for name in RcaReport.model_fields}
    return RcaReport.model_validate_json(json.dumps(fields))
