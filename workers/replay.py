"""Replay histories on today's code: what would a deploy do to runs under way?

Replay finds commands that were reordered, added or removed. It does not find changed arguments,
changed times or a patch that is never taken.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from domain.errors import InvalidInput
from workers.registry import WORKFLOWS
from workers.sandbox import RUNNER
from workflows.policies import TaskQueue

RUNNING = f'TaskQueue="{TaskQueue.RAYNE}" and ExecutionStatus="Running"'


@dataclass(frozen=True)
class Replayed:
    """One history's verdict: `failure` is None where today's code does as it did."""

    name: str
    events: int
    failure: str | None


async def replay_files(paths: Iterable[Path]) -> AsyncIterator[Replayed]:
    """Each file in turn; a failing one does not end it. Raises InvalidInput for no history."""
    for path in paths:
        yield await _replay(_read(path), name=str(path))


def runs_since(moment: datetime) -> str:
    """A query for those under way, and those that have ended since."""
    ended = f'CloseTime > "{moment:%Y-%m-%dT%H:%M:%SZ}"'
    return f'TaskQueue="{TaskQueue.RAYNE}" and (ExecutionStatus="Running" or {ended})'


async def replay_server(
    temporal: Client, query: str = RUNNING, *, most: int | None = None
) -> AsyncIterator[Replayed]:
    """The histories of a live server, the running ones unless `query` says otherwise.

    Page by page, the newest first, and `most` of them at most.
    """
    async for execution in temporal.list_workflows(query, limit=most):
        handle = temporal.get_workflow_handle(execution.id, run_id=execution.run_id)
        yield await _replay(await handle.fetch_history(), name=execution.id)


async def _replay(history: WorkflowHistory, name: str) -> Replayed:
    replayer = Replayer(
        workflows=WORKFLOWS, data_converter=pydantic_data_converter, workflow_runner=RUNNER
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    failure = result.replay_failure
    return Replayed(
        name=name, events=len(history.events), failure=str(failure) if failure else None
    )


def _read(path: Path) -> WorkflowHistory:
    try:
        return WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except ValueError as error:  # protobuf's and json's parse errors alike
        raise InvalidInput(f"{str(path)!r} is no history of Temporal's: {error}") from error
