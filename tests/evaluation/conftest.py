"""A database for each evaluation, and the rules analyst's grades, computed once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.settings import Settings
from cli.eval_analysis import Arm
from cli.eval_rca import RcaReport, answer_all, grade_answers
from dd_lib.sandbox.app import SCENARIOS
from tests.evaluation.make_held_out import HELD_OUT
from tests.evaluation.settings import settings_for
from tests.servers.postgres import PostgresServer


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
async def rules_on_shipped(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> RcaReport:
    return await _rules_on(SCENARIOS, postgres_server, tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="session")
async def rules_on_held_out(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> RcaReport:
    return await _rules_on(HELD_OUT, postgres_server, tmp_path_factory.mktemp("held-out"))


async def _rules_on(folder: Path, server: PostgresServer, temporary: Path) -> RcaReport:
    settings, answers = settings_for(server.database(), temporary), temporary / "answers.jsonl"
    glances = await answer_all(Arm.RULES, folder, settings, answers, lambda _: None)
    return grade_answers(Arm.RULES, folder, answers, glances, check=True)
