"""Record one history per shape that a run can take: `python -m tests.replay.record SHAPE`.

By hand, when a change of order has been released. A saved history is never written again: it is
what yesterday's code did. A new order needs a new shape's name. Histories without a shape here are
of an order that no new run takes.
"""

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from temporalio.client import WorkflowHandle

from activities.learning import PAGE
from adapters.temporal import bounded
from domain.alerts import AlertStatus, Transition
from domain.analysis import AnalysisKey
from domain.audit import Author
from domain.errors import Forbidden, InvalidInput, Misconfigured, NotFound, Unavailable
from domain.incidents import GroupingRules, Occasion
from domain.investigation import Budget
from domain.mutings import Muting, MutingRules, MutingState
from domain.people import Proof
from domain.retention import Kind, RetentionRules, RetentionState
from tests.factories import (
    NOON,
    a_conclusion,
    a_datadog_event,
    a_frame,
    a_log_line,
    an_alert,
    an_explanation,
    an_incident,
)
from tests.fakes.datadog import FakeDatadog
from tests.fakes.downtimes import FakeDowntimes
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.endings import FakeEndings
from tests.fakes.forwarder import FakeForwarder
from tests.fakes.investigator import FakeInvestigator, Say
from tests.fakes.notifier import FakeNotifier
from tests.fakes.retention import FakeRetention
from tests.fakes.toolbox import FakeToolbox
from tests.integration.workflows.stories import a_recovery
from tests.integration.workflows.world import World
from tests.servers.temporal import temporal_server
from workflows import ids
from workflows.auto_downtime import AutoDowntime
from workflows.client import WorkflowClient
from workflows.policies import TaskQueue
from workflows.retention import Retention

FOLDER = Path(__file__).parent / "histories"
WORKER = re.compile(r"\d+@[\w.-]+")  # process id and host: in identities and sticky queues
REFUSED = Misconfigured("refused")


async def analysed(world: World) -> list[WorkflowHandle[object, object]]:
    incident_id = await world.deliver(an_alert())
    await world.analysed(incident_id)
    key = AnalysisKey(incident_id=incident_id, number=1)
    return [world.temporal.get_workflow_handle(ids.root_cause_analysis(key))]


async def resolved(world: World) -> list[WorkflowHandle[object, object]]:
    (analysis,) = await analysed(world)
    incident_id = await world.deliver(a_recovery())
    await world.ended(incident_id)
    return [analysis, world.temporal.get_workflow_handle(ids.incident(incident_id))]


async def closed(world: World) -> list[WorkflowHandle[object, object]]:
    return (await resolved(world))[1:]


async def begun_anew(world: World) -> list[WorkflowHandle[object, object]]:
    """Beside the analysis that an earlier run has begun."""
    incident_id = await world.deliver(an_alert())
    await world.until(lambda: world.is_being_analysed(incident_id))
    await world.lifecycle(incident_id).terminate("to be recorded")
    await world.deliver(an_alert(event_id="2", transition=Transition.RENOTIFY))
    return await closed(world)


async def worsened(world: World) -> list[WorkflowHandle[object, object]]:
    await world.deliver(an_alert(transition=Transition.WARN, status=AlertStatus.WARN))
    await world.until(lambda: _has_told(world, Occasion.OPENED))
    incident_id = await world.deliver(an_alert(event_id="2"))
    await world.until(lambda: _has_told(world, Occasion.WORSENED))
    await world.deliver(a_recovery())
    await world.ended(incident_id)
    return [world.temporal.get_workflow_handle(ids.incident(incident_id))]


async def _has_told(world: World, occasion: Occasion) -> bool:
    return any(n.told_at and n.occasion is occasion for n in world.state.notices.values())


async def only_reminded(world: World) -> list[WorkflowHandle[object, object]]:
    incident_id = await world.deliver(an_alert(transition=Transition.RENOTIFY), a_recovery())
    await world.ended(incident_id)
    return [world.temporal.get_workflow_handle(ids.incident(incident_id))]


async def muted(world: World) -> list[WorkflowHandle[object, object]]:
    """Forwarded as well, so that both stand in one run."""
    await world.configure(auto_downtime=True, forward_urls=("https://hooks.test/rayne",))
    incident_id = await world.deliver(an_alert())
    muting = await world.muting_of(incident_id, MutingState.ACTIVE)
    await world.deliver(a_recovery())
    await world.ended(incident_id)
    await world.muting_of(incident_id, MutingState.LIFTED)
    return _handles(world, incident_id, muting)


async def spared(world: World) -> list[WorkflowHandle[object, object]]:
    await world.configure(auto_downtime=True)
    incident_id = await world.deliver(an_alert(), a_recovery())
    muting = await world.muting_of(incident_id, MutingState.SPARED)
    await world.ended(incident_id)
    return _handles(world, incident_id, muting)


async def cancelled(world: World) -> list[WorkflowHandle[object, object]]:
    await world.configure(auto_downtime=True)
    incident_id = await world.deliver(an_alert())
    muting = await world.muting_of(incident_id, MutingState.ACTIVE)
    await world.downtime(muting).signal(AutoDowntime.cancel)
    await world.muting_of(incident_id, MutingState.CANCELLED)
    return _handles(world, incident_id, muting)[1:]


async def not_muted(world: World) -> list[WorkflowHandle[object, object]]:
    await world.configure(auto_downtime=True, forward_urls=("https://hooks.test/rayne",))
    incident_id = await world.deliver(an_alert())
    muting = await world.muting_of(incident_id, MutingState.FAILED)
    await world.deliver(a_recovery())
    await world.ended(incident_id)
    return _handles(world, incident_id, muting)


async def lapsed(world: World) -> list[WorkflowHandle[object, object]]:
    """Muted after a recovery, for as long as it takes."""
    await world.configure(auto_downtime=True, downtime_trigger="recovery")
    incident_id = await world.deliver(an_alert(), a_recovery())
    muting = await world.muting_of(incident_id, MutingState.ENDED)
    return _handles(world, incident_id, muting)[1:]


def _handles(
    world: World, incident_id: int, muting: Muting
) -> list[WorkflowHandle[object, object]]:
    names = (ids.incident(incident_id), ids.auto_downtime(muting.key))
    return [world.temporal.get_workflow_handle(name) for name in names]


async def idled(world: World) -> list[WorkflowHandle[object, object]]:
    incident_id = await world.deliver(an_alert())
    await world.ended(incident_id)
    return [world.temporal.get_workflow_handle(ids.incident(incident_id))]


async def removed(world: World) -> list[WorkflowHandle[object, object]]:
    handle = await world.temporal.start_workflow(
        Retention.run, RetentionState(), id=ids.RETENTION, task_queue=TaskQueue.RAYNE
    )
    await handle.result()
    return [world.temporal.get_workflow_handle(ids.RETENTION)]


async def ended_by_hand(world: World) -> list[WorkflowHandle[object, object]]:
    """One incident is merged into another, which is closed."""
    (analysis,) = await analysed(world)
    del analysis
    first = (await world.incidents.get_incident(1)).id
    second = await world.deliver(an_alert(service="b", cycle_key="b", event_id="b"))
    await world.analysed(second)
    endings, ann = FakeEndings(world.state), Author(who="ann", how=Proof.LOCAL)
    await endings.merge_incident(first, into=second, now=NOON, signed=ann)
    await endings.close_incident(second, why="a drill", now=NOON, signed=ann)
    client = WorkflowClient(world.temporal, bounded)
    for incident_id in (first, second):
        await client.look_again(await world.incident(incident_id), world.grouping)
        await world.ended(incident_id)
    return [world.temporal.get_workflow_handle(ids.incident(first))]


async def learned(world: World) -> list[WorkflowHandle[object, object]]:
    await analysed(world)
    return [await _feedback(world, 1)]


async def learned_nothing(world: World) -> list[WorkflowHandle[object, object]]:
    world.incidents.add(an_incident(id=1))
    return [await _feedback(world, 1)]


async def learned_later(world: World) -> list[WorkflowHandle[object, object]]:
    """Memory is away at first."""
    await analysed(world)
    world.memory.fails_with = Unavailable("Qdrant cannot be reached")
    handle = await _feedback(world, 1, wait=False)
    await world.until(lambda: _was_tried(handle))
    world.memory.fails_with = None
    await handle.result()
    return [handle]


async def rebuilt(world: World) -> list[WorkflowHandle[object, object]]:
    await analysed(world)
    return [await _rebuild(world)]


async def rebuilt_nothing(world: World) -> list[WorkflowHandle[object, object]]:
    return [await _rebuild(world)]


async def rebuilt_pages(world: World) -> list[WorkflowHandle[object, object]]:
    for incident_id in range(1, PAGE + 3):
        world.incidents.add(an_incident(id=incident_id, key=f"key-{incident_id}"))
        frame = a_frame(incident_id=incident_id)
        await world.analyses.open_analysis(frame)
        await world.analyses.finish_analysis(frame.key, (), a_conclusion())
    return [await _rebuild(world)]


async def analysed_again(world: World) -> list[WorkflowHandle[object, object]]:
    await analysed(world)
    return [await _again(world, 2)]


async def failed_again(world: World) -> list[WorkflowHandle[object, object]]:
    """There is no such incident: nothing can be framed."""
    return [await _again(world, 1)]


async def _again(world: World, number: int) -> WorkflowHandle[object, object]:
    key = AnalysisKey(incident_id=1, number=number)
    await WorkflowClient(world.temporal, bounded).analyze_again(key)
    handle = world.temporal.get_workflow_handle(ids.reanalysis(1))
    await handle.result()
    return handle


async def _feedback(
    world: World, incident_id: int, *, wait: bool = True
) -> WorkflowHandle[object, object]:
    await WorkflowClient(world.temporal, bounded).feedback_given(incident_id)
    handle = world.temporal.get_workflow_handle(ids.learning(incident_id))
    if wait:
        await handle.result()
    return handle


async def _was_tried(handle: WorkflowHandle[object, object]) -> bool:
    pending = (await handle.describe()).raw_description.pending_activities
    return any(activity.attempt > 1 for activity in pending)


async def _rebuild(world: World) -> WorkflowHandle[object, object]:
    await WorkflowClient(world.temporal, bounded).rebuild_memory()
    handle = world.temporal.get_workflow_handle(ids.REBUILD_MEMORY)
    await handle.result()
    return handle


Story = Callable[[World], Awaitable[list[WorkflowHandle[object, object]]]]
ASKS = Say(calls=("search_logs", "query_metrics"))
CONCLUDES = Say(explanation=an_explanation())
NO_SOURCES: dict[str, object] = {
    "datadog": FakeDatadog(
        fails_with=dict.fromkeys(
            (
                "search_logs",
                "search_events",
                "find_host",
                "get_monitor",
                "query_metric",
                "search_spans",
                "service_health",
            ),
            REFUSED,
        )
    ),
    "embedder": FakeEmbedder(fails_with=REFUSED),
}
SHAPES: dict[str, tuple[Story, dict[str, object]]] = {
    "resolved": (
        resolved,
        {"datadog": FakeDatadog(logs=[a_log_line()], events=[a_datadog_event()])},
    ),
    "group-wait": (resolved, {"grouping": GroupingRules(group_wait=timedelta(seconds=1))}),
    "long-analysis": (closed, {}),
    "begun-anew": (begun_anew, {"grouping": GroupingRules(group_wait=timedelta(seconds=2))}),
    "only-reminded": (only_reminded, {}),
    "idle": (
        idled,
        {"grouping": GroupingRules(group_wait=timedelta(0), group_idle=timedelta(seconds=1))},
    ),
    "no-sources": (analysed, NO_SOURCES),
    "reactions": (resolved, {}),
    "reactions-idle": (
        idled,
        {"grouping": GroupingRules(group_wait=timedelta(0), group_idle=timedelta(seconds=1))},
    ),
    "muted": (muted, {}),
    "muted-spared": (spared, {}),
    "muted-cancelled": (cancelled, {}),
    "muted-lapsed": (lapsed, {"muting": MutingRules(cap=timedelta(seconds=1))}),
    "muted-refused": (
        not_muted,
        {
            "downtimes": FakeDowntimes(fails_with=InvalidInput("bad scope")),
            "forwarder": FakeForwarder(fails_with=Forbidden("a private address")),
        },
    ),
    "told": (closed, {"notifiers": (FakeNotifier(),)}),
    "told-nobody": (closed, {"notifiers": (FakeNotifier(fails_with=REFUSED),)}),
    "told-worse": (worsened, {"notifiers": (FakeNotifier(),)}),
    "prepared": (analysed, {"datadog": FakeDatadog(logs=[a_log_line()])}),
    "prepared-no-sources": (analysed, NO_SOURCES),
    "health-last": (analysed, {"datadog": FakeDatadog(logs=[a_log_line()])}),
    "in-turn": (analysed, {"datadog": FakeDatadog(logs=[a_log_line()])}),
    "in-turn-no-sources": (analysed, NO_SOURCES),
    "in-turn-investigated": (analysed, {"claude": FakeInvestigator(ASKS, CONCLUDES)}),
    "investigated": (analysed, {"claude": FakeInvestigator(ASKS, ASKS, CONCLUDES)}),
    "investigated-failed-call": (
        analysed,
        {
            "claude": FakeInvestigator(ASKS, CONCLUDES),
            "toolbox": FakeToolbox(fails_with={"search_logs": REFUSED}),
        },
    ),
    "investigated-by-rules": (
        analysed,
        {"claude": FakeInvestigator(ASKS, fails_with=[None, REFUSED])},
    ),
    "investigated-forced": (
        analysed,
        {"claude": FakeInvestigator(ASKS, CONCLUDES), "budget": Budget(turns=2)},
    ),
    "ended-by-hand": (ended_by_hand, {}),
    "removed": (removed, {"retention": FakeRetention({Kind.DELIVERIES: [5, 5], Kind.RUM: [1]})}),
    "removed-nothing": (
        removed,
        {"keep": RetentionRules(deliveries=None, evidence=None, rum=None, audit=None)},
    ),
    "removed-after-an-outage": (
        removed,
        {"retention": FakeRetention({Kind.AUDIT: [3]}, fails_with=[Unavailable("away")])},
    ),
    "again": (analysed_again, {}),
    "again-no-sources": (analysed_again, NO_SOURCES),
    "again-failed": (failed_again, {}),
    "learned": (learned, {}),
    "learned-nothing": (learned_nothing, {}),
    "learned-later": (learned_later, {}),
    "rebuilt": (rebuilt, {}),
    "rebuilt-nothing": (rebuilt_nothing, {}),
    "rebuilt-pages": (rebuilt_pages, {}),
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
    with path.open("x") as file:
        file.write(json.dumps(history, indent=1) + "\n")
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
    for shape in shapes:
        for path in await record(shape):
            sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
