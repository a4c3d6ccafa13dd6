"""How a scenario gets its answer: by production's steps, blind to what was expected of it."""

import json
import shutil
from pathlib import Path
from typing import Any, cast

import pytest
from psycopg.conninfo import conninfo_to_dict

from adapters.settings import Settings
from cli.eval_analysis import Arm
from cli.eval_bench import EXPECTED, playing
from cli.eval_rca import answer_all, grade_answers
from cli.eval_steps import gather_evidence
from dd_lib.sandbox.app import SCENARIOS
from domain.analysis import AnalysisKey
from domain.errors import InvalidInput, Misconfigured, NotFound
from domain.evaluation import Answer
from tests.factories import a_frame, an_explanation
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_answers import Answer as Reply
from tests.servers.anthropic_answers import asks, call, success, success_citing_the_case
from tests.servers.anthropic_scripts import Turns
from workers.registry import Steps

HISTORY = Path(__file__).parents[1] / "replay" / "histories" / "RootCauseAnalysis-prepared.json"
AFTERWARDS = ["apply_rules", "check_claims", "write_notebook", "remember_incident"]
NAME = "flap-no-cause"  # the smallest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One scenario's copy, to be spoiled."""
    shutil.copytree(SCENARIOS / NAME, tmp_path / "scenarios" / NAME)
    return tmp_path / "scenarios"


async def answered(
    folder: Path, settings: Settings, arm: Arm = Arm.RULES, name: str = "answers"
) -> list[Answer]:
    file = settings.state_dir / f"{name}.jsonl"
    await answer_all(arm, folder, settings, file, lambda _: None)
    return [Answer.model_validate_json(line) for line in file.read_text().splitlines()]


def timeless(answers: list[Answer]) -> list[Answer]:
    return [answer.model_copy(update={"seconds": 0}) for answer in answers]


def with_claude(settings: Settings, server: MessagesServer) -> Settings:
    from_env = Settings.from_env(
        {"ANTHROPIC_API_KEY": "sk-ant-api03-made-up-key", "ANTHROPIC_BASE_URL": server.url}
    )
    fields = ("anthropic_api_key", "anthropic_base_url")
    return settings.model_copy(update={field: getattr(from_env, field) for field in fields})


@pytest.mark.parametrize("spoil", ["deleted", "altered"])
async def test_answers_are_the_same_whatever_was_expected(
    folder: Path, settings: Settings, spoil: str, postgres_server: Any, tmp_path: Path
) -> None:
    before = await answered(folder, settings)
    expected = folder / NAME / EXPECTED
    if spoil == "deleted":
        expected.unlink()
    else:
        expected.write_text('{"culprit_change": "1", "first_failing_service": "nobody"}')
    again = settings.model_copy(update=_another_database(postgres_server))

    after = await answered(folder, again, name="again")

    assert timeless(after) == timeless(before)


async def test_grading_needs_what_was_expected(folder: Path, settings: Settings) -> None:
    await answered(folder, settings)
    (folder / NAME / EXPECTED).unlink()

    with pytest.raises(NotFound, match=r"expected\.json"):
        grade_answers(Arm.RULES, folder, settings.state_dir / "answers.jsonl", (), check=False)


async def test_nothing_that_plays_holds_what_was_expected(settings: Settings) -> None:
    async with playing(SCENARIOS / NAME, settings) as stage:
        played = {path.name for path in stage.settings.state_dir.rglob("*")}

    assert "webhook.json" in played
    assert EXPECTED not in played


async def test_evidence_is_gathered_by_the_steps_of_the_workflow() -> None:
    history = json.loads(HISTORY.read_text())
    attributes = [event.get("activityTaskScheduledEventAttributes") for event in history["events"]]
    scheduled = [one["activityType"]["name"] for one in attributes if one]
    steps = Recorder()

    await gather_evidence(cast("Steps", steps), AnalysisKey(incident_id=1, number=1))

    assert steps.taken == [name for name in scheduled if name not in AFTERWARDS]


async def test_claude_answers_after_asking(folder: Path, settings: Settings) -> None:
    script = Turns(turns=(asks(call("list_changes")), success_citing_the_case()))
    async with MessagesServer.running(script=script) as server:
        (answer,) = await answered(folder, with_claude(settings, server), Arm.CLAUDE)

    assert answer.problem == ""
    assert len(server.requests) == 2
    assert answer.tokens > 0
    assert answer.dollars > 0
    assert 0 < answer.valid_claims == answer.claims


async def test_invented_quotes_are_dropped_with_claude_and_counted_without_rayne(
    folder: Path, settings: Settings, postgres_server: Any
) -> None:
    invented = success(an_explanation())
    again = settings.model_copy(update=_another_database(postgres_server))

    async with MessagesServer.running(invented, invented) as server:
        (checked,) = await answered(folder, with_claude(settings, server), Arm.CLAUDE)
        (alone,) = await answered(folder, with_claude(again, server), Arm.CLAUDE_ALONE, "alone")

    assert (checked.claims, checked.valid_claims) == (0, 0)
    assert checked.dropped_claims > 0
    assert alone.claims > alone.valid_claims == 0


async def test_claude_alone_is_asked_once_and_gets_the_evidence_and_no_help(
    folder: Path, settings: Settings
) -> None:
    async with MessagesServer.running(success(an_explanation())) as server:
        await answered(folder, with_claude(settings, server), Arm.CLAUDE_ALONE)

    (request,) = server.requests
    assert "tools" not in request.json
    assert "system" not in request.json
    assert "notifier" in request.case


async def test_an_analyst_that_fails_is_wrong_and_the_next_scenario_goes_on(
    folder: Path, settings: Settings
) -> None:
    refusal = Reply(status=400, error_type="invalid_request_error")
    async with MessagesServer.running(refusal) as server:
        (answer,) = await answered(folder, with_claude(settings, server), Arm.CLAUDE_ALONE)

    assert answer.problem
    assert answer.shown_changes is not None


async def test_claude_without_a_key_is_refused(folder: Path, settings: Settings) -> None:
    with pytest.raises(Misconfigured, match="ANTHROPIC_API_KEY"):
        await answered(folder, settings, Arm.CLAUDE)


async def test_a_folder_without_scenarios_is_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(NotFound, match=r"webhook\.json"):
        await answered(tmp_path, settings)


async def test_a_broken_scenario_is_named(folder: Path, settings: Settings) -> None:
    (folder / NAME / "logs.ndjson").write_text("{}\n")

    with pytest.raises(InvalidInput, match=r"logs\.ndjson:1: field 'timestamp'"):
        await answered(folder, settings)


class Recorder:
    """Stands for every holder of steps; answers only what the order depends on."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name in Steps.__dataclass_fields__:
            return self

        async def take(*_: object) -> object:
            self.taken.append(name)
            return a_frame()

        return take


def _another_database(server: Any) -> dict[str, object]:
    return {"db_name": conninfo_to_dict(server.database())["dbname"]}
