"""kill -9 at every step of an analysis: it goes on within seconds, and nothing is done twice."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import WorkflowHistory

from adapters import clock
from tests.chaos.holding import LONGEST, STEPS, Holder
from tests.e2e.folders import short_folder
from tests.e2e.parts import PATIENCE, Parts, Process
from tests.e2e.stack import until
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_scripts import Character
from workflows.root_cause_analysis import STEPS as OF_THE_WORKFLOW

# Steps that one kill meets: neighbours, so that all are held within the time that one may be.
WITH_CLAUDE = (
    STEPS[STEPS.index("frame") : STEPS.index("health")],
    STEPS[STEPS.index("health") : STEPS.index("investigate: a turn")],
    ("investigate: a turn", "investigate: a tool", "check claims", "write notebook"),
)
BY_RULES = "investigate: the rules"
# In this order: while the first step is held, no other analysis gets through it.
WITH_RULES = (BY_RULES, "turn")
TRIES = 5  # to have them all held at once
RESUMED_WITHIN = timedelta(seconds=30)

# What runs while a step is held.
ACTIVITIES = {
    "turn": "await_turn",
    "frame": "frame_analysis",
    "prepare": "prepare_case",
    "embed": "embed_incident",
    "similar incidents": "find_similar",
    "digest": "write_digest",
    "investigate: a turn": "take_turn",
    "investigate: a tool": "use_tool",
    BY_RULES: "apply_rules",
    "check claims": "check_claims",
    "write notebook": "write_notebook",
}


@dataclass(frozen=True)
class Killed:
    """An analysis whose worker was killed at one of its steps, as it looks in the end."""

    history: WorkflowHistory
    killed_at: datetime
    notebooks: int
    paid: Counter[int]  # turn -> how often the model answered it

    def again(self) -> dict[str, int]:
        """Activities that took more than one attempt, by type."""
        return {name: tries for name, tries, _ in self._started() if tries > 1}

    def resumed_after(self) -> timedelta:
        """Until the step in flight began again."""
        return max(at for _, tries, at in self._started() if tries > 1) - self.killed_at

    def _started(self) -> list[tuple[str, int, datetime]]:
        names = {
            event.event_id: event.activity_task_scheduled_event_attributes.activity_type.name
            for event in self.history.events
        }
        return [
            (
                names[event.activity_task_started_event_attributes.scheduled_event_id],
                event.activity_task_started_event_attributes.attempt,
                event.event_time.ToDatetime(tzinfo=UTC),
            )
            for event in self.history.events
            if event.HasField("activity_task_started_event_attributes")
        ]


class Killing:
    """One stage for all: groups of analyses, each held at a step, and one kill for each group."""

    def __init__(self, parts: Parts, claude: MessagesServer) -> None:
        self._parts = parts
        self._claude = claude
        self._holder = Holder(parts.conninfo)
        self._killed_at: dict[str, datetime] = {}
        self._services: dict[str, str] = {}  # by the step that their analysis was killed at

    async def run(self) -> dict[str, Killed]:
        await self._holder.set_up()
        keys = {"ANTHROPIC_BASE_URL": self._claude.url, "ANTHROPIC_API_KEY": "sk-ant-test"}
        worker = self._parts.start("worker", **keys)
        for steps in WITH_CLAUDE:
            worker = await self._kill_at(steps, worker, keys)
        worker.kill()
        worker = self._parts.start("worker")
        await self._kill_at(WITH_RULES, worker, {}, one_by_one=True)
        return {step: await self._found(step) for step in STEPS}

    async def _kill_at(
        self,
        steps: Sequence[str],
        worker: Process,
        keys: dict[str, str],
        *,
        one_by_one: bool = False,
    ) -> Process:
        """The worker that goes on with them."""
        for number in range(TRIES):
            if await self._are_held(steps, number, one_by_one=one_by_one):
                break
            await self._holder.let_go()
        else:
            raise AssertionError(f"{steps} were never held at once")
        worker.kill()
        self._killed_at |= dict.fromkeys(steps, clock.now())
        await self._holder.let_go()
        another = self._parts.start("worker", **keys)
        for step in steps:
            await until(lambda step=step: self._is_over(step), PATIENCE)  # type: ignore[misc]
        return another

    async def _are_held(self, steps: Sequence[str], number: int, *, one_by_one: bool) -> bool:
        """Each by an analysis of its own. A machine may be too slow for it: see `TRIES`."""
        for place, step in enumerate(steps, start=1):
            service = f"held-at-{re.sub('[^a-z]+', '-', step)}-{number}"
            self._services[step] = service
            await self._holder.hold(service, step)
            await self._parts.deliver(an_alert_at(step, service))
            if one_by_one and not await self._holder.comes_to_hold(place):
                return False

        async def only_they_run() -> bool:
            return all([await self._runs_alone(step) for step in steps])

        if not await self._holder.comes_to_hold(len(steps)):
            return False
        with suppress(TimeoutError):
            await until(only_they_run, LONGEST)
        return await self._holder.holds(len(steps))

    async def _runs_alone(self, step: str) -> bool:
        """Whether no other step of its analysis is under way: it would be done again as well."""
        incident = await self._incident(step)
        assert incident
        run = await self._parts.workflow(f"rca-{incident['id']}-1")
        pending = (await run.describe()).raw_description.pending_activities
        return {activity.activity_type.name for activity in pending} == {activity_of(step)}

    async def _is_over(self, step: str) -> bool:
        incident = await self._incident(step)
        return bool(incident and incident["outcome"] and incident["notebook"])

    async def _incident(self, step: str) -> dict[str, Any] | None:
        found = await self._parts.incidents()
        return next((one for one in found if one["service"] == self._services[step]), None)

    async def _found(self, step: str) -> Killed:
        incident = await self._incident(step)
        assert incident
        names = [one["attributes"]["name"] for one in await self._parts.notebooks()]
        return Killed(
            history=await self._parts.history(f"rca-{incident['id']}-1"),
            killed_at=self._killed_at[step],
            notebooks=sum(f"({incident['key']})" in name for name in names),
            paid=Counter(
                request.conversation.turn
                for request in self._claude.requests
                if f"services: {self._services[step]}\n" in request.case  # others remember it
            ),
        )


def activity_of(step: str) -> str:
    return ACTIVITIES.get(step, f"fetch_{step.replace(' ', '_')}")


def an_alert_at(step: str, service: str) -> dict[str, Any]:
    return {
        "id": service,
        "monitor_id": STEPS.index(step) + 1,
        "alert_title": f"held at {step}",
        "alert_transition": "Triggered",
        "alert_cycle_key": service,
        "service": service,
        "tags": ["env:production"],
    }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def killed() -> AsyncIterator[dict[str, Killed]]:
    script = Character(policy="investigates", turns=3)
    async with MessagesServer.running(script=script) as claude:
        with short_folder() as folder:
            parts = Parts(folder / "state", RAYNE_MAX_ANALYSES="50", RAYNE_GROUP_IDLE="1h")
            with parts.state.opened():
                try:
                    await parts.begin()
                    yield await Killing(parts, claude).run()
                except BaseException:
                    print(parts.output[-20_000:])  # noqa: T201 -- pytest shows it with the failure
                    raise
                finally:
                    await parts.end()


def test_no_step_of_the_workflow_is_left_out() -> None:
    named = {step.partition(":")[0] for step in STEPS}

    # The first is a timer, and the last writes nothing that could be held.
    assert set(OF_THE_WORKFLOW) - named == {"group wait", "remember"}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("step", STEPS)
def test_only_the_step_in_flight_is_done_again(step: str, killed: dict[str, Killed]) -> None:
    assert killed[step].again() == {activity_of(step): 2}
    assert killed[step].resumed_after() < RESUMED_WITHIN
    assert killed[step].notebooks == 1


@pytest.mark.parametrize("step", [step for steps in WITH_CLAUDE for step in steps])
def test_no_turn_is_paid_again_but_the_one_in_flight(step: str, killed: dict[str, Killed]) -> None:
    again = {turn for turn, times in killed[step].paid.items() if times > 1}

    assert set(killed[step].paid) == {1, 2, 3}
    assert again == ({2} if step == "investigate: a turn" else set())
