"""Record one history per shape that a run can take: `python -m tests.replay.record`.

By hand, when a change of order has been released: the old files stay, the new ones get a new name.
"""

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from temporalio.client import WorkflowHandle

from domain.alerts import Alert, AlertStatus, Transition
from domain.analysis import AnalysisKey
from domain.errors import Misconfigured, NotFound
from domain.incidents import GroupingRules
from tests.factories import NOON, a_datadog_event, a_draft, a_log_line, an_alert
from tests.fakes.analyst import FakeAnalyst
from tests.fakes.datadog import FakeDatadog
from tests.fakes.embedder import FakeEmbedder
from tests.integration.workflows.world import World
from tests.servers.temporal import temporal_server
from workflows import ids

FOLDER = Path(__file__).parent / "histories"
WORKER = re.compile(r"\d+@[\w.-]+")  # process id and host: in identities and sticky queues
REFUSED = Misconfigured("refused")


def recovery() -> Alert:
    return an_alert(
        event_id="9",
        transition=Transition.RECOVERED,
        status=AlertStatus.OK,
        happened_at=NOON + timedelta(minutes=12),
    )


async def analysed(world: World) -> list[WorkflowHandle[object, object]]:
    incident_id = await world.deliver(an_alert())
    await world.analysed(incident_id)
    key = AnalysisKey(incident_id=incident_id, number=1)
    return [world.temporal.get_workflow_handle(ids.root_cause_analysis(key))]


async def resolved(world: World) -> list[WorkflowHandle[object, object]]:
    (analysis,) = await analysed(world)
    incident_id = await world.deliver(recovery())
    await world.ended(incident_id)
    return [analysis, world.temporal.get_workflow_handle(ids.incident(incident_id))]


async def only_reminded(world: World) -> list[WorkflowHandle[object, object]]:
    incident_id = await world.deliver(an_alert(transition=Transition.RENOTIFY), recovery())
    await world.ended(incident_id)
    return [world.temporal.get_workflow_handle(ids.incident(incident_id))]


async def idled(world: World) -> list[WorkflowHandle[object, object]]:
    incident_id = await world.deliver(an_alert())
    await world.ended(incident_id)
    return [world.temporal.get_workflow_handle(ids.incident(incident_id))]


Story = Callable[[World], Awaitable[list[WorkflowHandle[object, object]]]]
SHAPES: dict[str, tuple[Story, dict[str, object]]] = {
    "resolved": (
        resolved,
        {"datadog": FakeDatadog(logs=[a_log_line()], events=[a_datadog_event()])},
    ),
    "group-wait": (resolved, {"grouping": GroupingRules(group_wait=timedelta(seconds=1))}),
    "only-reminded": (only_reminded, {}),
    "idle": (
        idled,
        {"grouping": GroupingRules(group_wait=timedelta(0), group_idle=timedelta(seconds=1))},
    ),
    "claude": (analysed, {"claude": FakeAnalyst(a_draft())}),
    "rules-instead-of-claude": (analysed, {"claude": FakeAnalyst(a_draft(), fails_with=REFUSED)}),
    "no-sources": (
        analysed,
        {
            "datadog": FakeDatadog(
                fails_with=dict.fromkeys(
                    ("search_logs", "search_events", "find_host", "get_monitor", "query_metric"),
                    REFUSED,
                )
            ),
            "embedder": FakeEmbedder(fails_with=REFUSED),
        },
    ),
    "no-notebook": (
        resolved,
        {"datadog": FakeDatadog(fails_with={"create_notebook": NotFound("no notebooks here")})},
    ),
}


async def record(shape: str) -> list[Path]:
    story, roles = SHAPES[shape]
    async with temporal_server() as temporal:
        world = World(temporal, **roles)  # type: ignore[arg-type]  # each shape names its own roles
        async with world.running():
            return [await save(handle, shape) for handle in await story(world)]


async def save(handle: WorkflowHandle[object, object], shape: str) -> Path:
    workflow_type = (await handle.describe()).workflow_type
    history = without_machine(json.loads((await handle.fetch_history()).to_json()))
    path = FOLDER / f"{workflow_type}-{shape}.json"
    path.write_text(json.dumps(history, indent=1) + "\n")
    return path


def without_machine(part: object) -> object:
    """Nothing of the machine that recorded it: no worker's name, no path in a stack trace."""
    if isinstance(part, list):
        return [without_machine(item) for item in part]
    if isinstance(part, dict):
        kept = {name: without_machine(value) for name, value in part.items()}
        return kept | ({"stackTrace": ""} if "stackTrace" in kept else {})
    return WORKER.sub("worker", part) if isinstance(part, str) else part


async def main(shapes: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for shape in shapes or list(SHAPES):
        for path in await record(shape):
            sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
