"""Yesterday's runs go on with today's code, and a changed order is noticed."""

from collections import Counter
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.opentelemetry import TracingInterceptor
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from activities.incidents import IncidentActivities
from domain.incidents import IncidentStart, IncidentState
from workers.registry import WORKFLOWS
from workers.replay import replay_files
from workers.sandbox import RUNNER
from workflows import policies

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))
LEAST_SHAPES = 3


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_saved_history_replays(path: Path) -> None:
    (verdict,) = [verdict async for verdict in replay_files([path])]

    assert verdict.failure is None
    assert verdict.events > 1


@pytest.mark.parametrize(
    "path",
    {path.stem.split("-")[0]: path for path in HISTORIES}.values(),
    ids=lambda path: path.stem,
)
async def test_a_run_that_began_without_traces_goes_on_with_them(path: Path) -> None:
    replayer = Replayer(
        workflows=WORKFLOWS,
        data_converter=pydantic_data_converter,
        workflow_runner=RUNNER,
        interceptors=[TracingInterceptor(TracerProvider(shutdown_on_exit=False).get_tracer("t"))],
    )

    result = await replayer.replay_workflow(history_at(path), raise_on_replay_failure=False)

    assert result.replay_failure is None


def history_at(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text())


def test_every_workflow_has_saved_histories_of_several_shapes() -> None:
    saved = Counter(path.stem.split("-")[0] for path in HISTORIES)

    assert {cls.__name__ for cls in WORKFLOWS if saved[cls.__name__] < LEAST_SHAPES} == set()


@workflow.defn(name="IncidentLifecycle")
class ReorderedLifecycle:
    """Today's workflow as a careless change would leave it: it ends what it has not loaded."""

    @workflow.run
    async def run(self, start: IncidentStart) -> IncidentState:
        await workflow.execute_activity_method(
            IncidentActivities.end_incident, args=[start], **policies.STORE("end first")
        )
        return IncidentState.RESOLVED


async def test_a_reordered_workflow_fails_the_gate() -> None:
    path = next(path for path in HISTORIES if path.stem.startswith("IncidentLifecycle"))
    history = WorkflowHistory.from_json(path.stem, path.read_text())
    replayer = Replayer(
        workflows=[ReorderedLifecycle],
        data_converter=pydantic_data_converter,
        workflow_runner=RUNNER,
    )

    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)

    assert result.replay_failure is not None
