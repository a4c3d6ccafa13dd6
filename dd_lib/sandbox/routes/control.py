"""The sandbox's own levers: scenarios, failures, limits, the journal, its state."""

from datetime import timedelta

from fastapi import APIRouter
from pydantic import AwareDatetime, Field, JsonValue

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.dependencies import (
    CourierNow,
    FailuresNow,
    JournalNow,
    RateLimitsNow,
    WorldNow,
)
from dd_lib.sandbox.failures import FailureRule
from dd_lib.sandbox.journal import JournalEntry
from dd_lib.sandbox.rate_limits import LimitRule
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.scenario import list_scenarios

router = APIRouter(prefix="/sandbox")

RECOVERS_AFTER = timedelta(minutes=8)


class ScenarioSummary(Closed):
    name: str
    title: str
    kind: str


class LoadRequest(Closed):
    at: AwareDatetime | None = None  # None: now
    fresh_ids: bool = False
    recovers_after_seconds: float = Field(default=RECOVERS_AFTER.seconds, ge=0, le=86400)


class Loaded(Closed):
    """`webhook` and `recovery` are ready to be POSTed as they are."""

    scenario: str
    alert_at: AwareDatetime
    webhook: dict[str, JsonValue]
    recovery: dict[str, JsonValue]


class FailureRules(Closed):
    rules: tuple[FailureRule, ...]


class Limits(Closed):
    limits: tuple[LimitRule, ...]


class Requests(Closed):
    requests: tuple[JournalEntry, ...]


class Kept(Closed):
    notebooks: list[Resource]
    downtimes: list[Resource]


@router.get("/scenarios")
async def list_known_scenarios(world: WorldNow) -> list[ScenarioSummary]:
    return [
        ScenarioSummary(name=scenario.name, title=scenario.title, kind=scenario.kind)
        for scenario in list_scenarios(world.scenarios)
    ]


@router.post("/scenarios/{name}/load")
async def load_scenario(
    name: str, world: WorldNow, courier: CourierNow, request: LoadRequest | None = None
) -> Loaded:
    """Where its monitor alerts by now, its webhooks are sent in the background."""
    wanted = request or LoadRequest()
    firing = world.load(
        name,
        wanted.at,
        fresh_ids=wanted.fresh_ids,
        recovers_after=timedelta(seconds=wanted.recovers_after_seconds),
    )
    courier.hurry()
    return Loaded(
        scenario=name,
        alert_at=firing.order.at,
        webhook=firing.webhook,
        recovery=firing.recovery,
    )


@router.post("/scenarios/{name}/webhook")
async def fire_scenario(name: str, world: WorldNow, courier: CourierNow) -> dict[str, JsonValue]:
    """Loads a scenario as a new alert, now, and answers with nothing but its webhook: to pipe."""
    firing = world.load(name, None, fresh_ids=True, recovers_after=RECOVERS_AFTER)
    courier.hurry()
    return firing.webhook


@router.post("/failures")
async def add_failures(body: FailureRules, failures: FailuresNow) -> FailureRules:
    failures.add(body.rules)
    return FailureRules(rules=failures.rules())


@router.delete("/failures", status_code=204)
async def clear_failures(failures: FailuresNow) -> None:
    failures.clear()


@router.post("/limits")
async def set_limits(body: Limits, rate_limits: RateLimitsNow) -> Limits:
    """These instead of the earlier ones; counting starts anew. None: nothing is refused."""
    rate_limits.enforce(body.limits)
    return Limits(limits=rate_limits.rules())


@router.get("/requests")
async def list_requests(journal: JournalNow) -> Requests:
    return Requests(requests=journal.entries())


@router.delete("/requests", status_code=204)
async def clear_requests(journal: JournalNow) -> None:
    journal.clear()


@router.get("/state")
async def show_state(world: WorldNow) -> Kept:
    return Kept(notebooks=list(world.notebooks.values()), downtimes=list(world.downtimes.values()))


@router.post("/reset", status_code=204)
async def reset(
    world: WorldNow, failures: FailuresNow, rate_limits: RateLimitsNow, journal: JournalNow
) -> None:
    world.reset()
    failures.clear()
    rate_limits.enforce(())
    journal.clear()
