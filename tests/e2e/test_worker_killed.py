"""kill -9 in the middle of an analysis: it goes on, nothing finished is done again."""

from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from tests.conformance.oracle import Oracle
from tests.e2e.asked import violations
from tests.e2e.parts import PATIENCE, Parts, running_parts
from tests.e2e.stack import until

EVENT_SEARCH = ("POST", "/api/v2/events/search")
NOTEBOOKS = ("POST", "/api/v1/notebooks")


def finished_steps(history: WorkflowHistory) -> dict[str, int]:
    """Activity types that have completed, with the attempt that did it."""
    names, attempts, done = {}, {}, {}
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled = event.activity_task_scheduled_event_attributes
            names[event.event_id] = scheduled.activity_type.name
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            started = event.activity_task_started_event_attributes
            attempts[started.scheduled_event_id] = started.attempt
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            completed = event.activity_task_completed_event_attributes.scheduled_event_id
            done[names[completed]] = attempts[completed]
    return done


async def asked_for(parts: Parts, what: tuple[str, str]) -> None:
    async def has_been() -> bool:
        return await parts.requests(*what) > 0

    await until(has_been, PATIENCE)


def open_steps(history: WorkflowHistory) -> set[str]:
    """Activity types that were scheduled and have neither completed nor failed."""
    names = {}
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            names[event.event_id] = event.activity_task_scheduled_event_attributes.activity_type
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            del names[event.activity_task_completed_event_attributes.scheduled_event_id]
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
            del names[event.activity_task_failed_event_attributes.scheduled_event_id]
    return {name.name for name in names.values()}


async def waits_only_for(parts: Parts, step: str) -> None:
    async def is_so() -> bool:
        return open_steps(await parts.history("rca-1-1")) == {step}

    await until(is_so, PATIENCE)


async def test_a_killed_worker_costs_only_the_step_in_flight(
    state_dir: Path, oracle: Oracle
) -> None:
    async with running_parts(state_dir) as parts:
        worker = parts.start("worker")
        webhook = await parts.fire()
        await parts.arm(kind="slow", path=EVENT_SEARCH[1], seconds=60, count=1)
        await parts.deliver(webhook)
        await asked_for(parts, EVENT_SEARCH)
        await waits_only_for(parts, "fetch_events")

        worker.kill()
        parts.start("worker")
        analysis = await parts.analysis(1)

        steps = finished_steps(await parts.history("rca-1-1"))
        assert analysis["state"] == "finished"
        assert steps["fetch_events"] == 2
        assert {name for name, attempt in steps.items() if attempt > 1} == {"fetch_events"}
        assert await parts.repeated("/api/v2/logs/events/search") == []
        await has_one_notebook(parts)
        assert await violations(parts, oracle) == []


async def test_a_worker_killed_before_it_hears_of_its_notebook_writes_no_second(
    state_dir: Path, oracle: Oracle
) -> None:
    async with running_parts(state_dir) as parts:
        worker = parts.start("worker")
        webhook = await parts.fire()
        await parts.arm(kind="drop_after_write", path=NOTEBOOKS[1], method="POST", count=1)
        await parts.deliver(webhook)
        await asked_for(parts, NOTEBOOKS)

        worker.kill()
        parts.start("worker")

        await has_one_notebook(parts)
        assert await parts.requests(*NOTEBOOKS) == 1
        assert await violations(parts, oracle) == []


async def has_one_notebook(parts: Parts) -> None:
    """Once the incident knows its notebook, Datadog has that one and no other."""

    async def is_known() -> bool:
        (incident,) = await parts.incidents()
        return incident["notebook"] is not None

    await until(is_known, PATIENCE)
    (notebook,) = await parts.notebooks()
    (incident,) = await parts.incidents()
    assert incident["notebook"]["id"] == str(notebook["id"])
