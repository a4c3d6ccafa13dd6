"""Demo data: a made-up shop's alerts and visitors, sown by a number and removed without a trace."""

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, status
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.access import ForOperators, ForViewers, FromJournal
from api.datadog_port import Creator, Monitor
from api.demo import sow_visits, sow_webhooks, state_of
from api.dependencies import FromDemo, FromResources, number_within
from api.journal import Facts
from api.routes.webhook_history import Stats, get_stats
from domain.demo_draws import Draws
from domain.demo_errors import DEFAULT_CODE, DEFAULT_TYPE, demo_error
from domain.demo_monitors import age, demo_monitors
from domain.demo_ports import Seeding

router = APIRouter(prefix="/v1/demo", tags=["demo"])

DEFAULT_SEED, LARGEST_SEED = 1, 2**53 - 1  # as much as every JSON reader reads exactly
WEBHOOKS, MOST_WEBHOOKS = 50, 500
VISITS, MOST_VISITS = 100, 1000
MONITORS, MOST_MONITORS = 20, 100
_HERE_BEFORE = "; a seed gives the same data once: DELETE /v1/demo first, or take another seed"


class SownWebhooks(BaseModel):
    """`created` is what was not there before."""

    requested: int
    created: int
    seed: int
    message: str


class SownVisits(BaseModel):
    requested_sessions: int
    sessions_created: int
    events_created: int
    seed: int
    message: str


class Sown(BaseModel):
    webhooks_created: int
    sessions_created: int
    events_created: int
    seed: int
    message: str


@dataclass(frozen=True)
class Counts:
    webhooks: int
    visits: int


def counts(webhooks: str = "", rum: str = "") -> Counts:
    return Counts(
        webhooks=number_within(webhooks, 1, MOST_WEBHOOKS, WEBHOOKS),
        visits=number_within(rum, 1, MOST_VISITS, VISITS),
    )


FromCounts = Annotated[Counts, Depends(counts)]


class Monitors(BaseModel):
    count: int
    monitors: list[Monitor]


class DemoStatus(BaseModel):
    webhook_stats: Stats
    seeds: list[Seeding]
    message: str


class DemoErrorReply(BaseModel):
    error: str
    error_type: str
    status: int
    demo: bool = True


class Removed(BaseModel):
    webhooks_removed: int
    incidents_removed: int
    visitors_removed: int
    sessions_removed: int
    message: str


@router.post("/seed/webhooks", status_code=status.HTTP_201_CREATED, dependencies=[ForOperators])
async def seed_webhooks(
    resources: FromResources,
    demo: FromDemo,
    journal: FromJournal,
    count: str = "",
    seed: str = "",
) -> SownWebhooks:
    """A week of alerts. What makes no sense becomes the default, as ever."""
    sowing, wanted = _seed(seed), number_within(count, 1, MOST_WEBHOOKS, WEBHOOKS)
    created = await sow_webhooks(resources, demo, sowing, wanted)
    journal.tell("demo.seeded", f"seed {sowing}", after={"webhooks": created})
    return SownWebhooks(
        requested=wanted, created=created, seed=sowing, message=_told(webhooks=(created, wanted))
    )


@router.post("/seed/rum", status_code=status.HTTP_201_CREATED, dependencies=[ForOperators])
async def seed_rum(
    resources: FromResources,
    demo: FromDemo,
    journal: FromJournal,
    count: str = "",
    seed: str = "",
) -> SownVisits:
    """A week of visits."""
    sowing, wanted = _seed(seed), number_within(count, 1, MOST_VISITS, VISITS)
    added = await sow_visits(resources, demo, sowing, wanted)
    journal.tell("demo.seeded", f"seed {sowing}", after={"sessions": added.sessions})
    return SownVisits(
        requested_sessions=wanted,
        sessions_created=added.sessions,
        events_created=added.events,
        seed=sowing,
        message=_told(sessions=(added.sessions, wanted)),
    )


@router.post("/seed/all", status_code=status.HTTP_201_CREATED, dependencies=[ForOperators])
async def seed_all(
    resources: FromResources,
    demo: FromDemo,
    journal: FromJournal,
    counts: FromCounts,
    seed: str = "",
) -> Sown:
    sowing = _seed(seed)
    created = await sow_webhooks(resources, demo, sowing, counts.webhooks)
    added = await sow_visits(resources, demo, sowing, counts.visits)
    new: Facts = {"webhooks": created, "sessions": added.sessions}
    journal.tell("demo.seeded", f"seed {sowing}", after=new)
    return Sown(
        webhooks_created=created,
        sessions_created=added.sessions,
        events_created=added.events,
        seed=sowing,
        message=_told(
            webhooks=(created, counts.webhooks), sessions=(added.sessions, counts.visits)
        ),
    )


@router.get("/monitors", dependencies=[ForViewers])
async def list_demo_monitors(
    resources: FromResources, _demo: FromDemo, count: str = "", seed: str = ""
) -> Monitors:
    """Made up as they are asked for, in the state in which their deliveries left them."""
    sowing, now = _seed(seed), resources.clock()
    monitors = []
    for monitor in demo_monitors(sowing, number_within(count, 1, MOST_MONITORS, MONITORS)):
        state = await state_of(monitor, resources.webhooks.history)
        monitors.append(
            Monitor(
                **monitor.model_dump(include={"id"}),
                **age(sowing, monitor, now)._asdict(),
                name=monitor.name,
                status=state,
                overall_state=state,
                type="metric alert",
                query=monitor.query,
                message=monitor.message,
                tags=list(monitor.tags),
                priority=monitor.priority,
                creator=Creator(name="Rayne demo"),
            )
        )
    return Monitors(count=len(monitors), monitors=monitors)


@router.get("/status", dependencies=[ForViewers])
async def get_demo_status(resources: FromResources, demo: FromDemo) -> DemoStatus:
    """The counts are of everything stored; `seeds` says what of it may be made up."""
    sown = await demo.seeds.seedings()
    return DemoStatus(
        webhook_stats=await get_stats(resources),
        seeds=list(sown),
        message="there is demo data here" if sown else "there is no demo data here",
    )


@router.get("/error", response_model=DemoErrorReply, dependencies=[ForViewers])
async def get_demo_error(
    _demo: FromDemo,
    code: str = "",
    type: str = DEFAULT_TYPE,
    message: str = "",
    seed: str = "",
) -> JSONResponse:
    """Fails as asked. Which error is a `random` one follows from the seed, where one is given."""
    chance = _seed(seed) if seed else secrets.randbits(64)
    wanted = number_within(code, 400, 599, DEFAULT_CODE)
    failure = demo_error(type, wanted, message, Draws("error", chance))
    reply = DemoErrorReply(**failure._asdict())
    return JSONResponse(reply.model_dump(), status_code=failure.status)


@router.delete("", dependencies=[ForOperators])
async def delete_demo(resources: FromResources, demo: FromDemo, journal: FromJournal) -> Removed:
    """Removes everything that was seeded and what came of it, and nothing else. Idempotent."""
    for incident_id in await demo.seeds.open_incidents():
        await resources.runs.stop_incident(incident_id)
    purged = await demo.seeds.purge()
    journal.tell("demo.removed", "", before=purged.model_dump())
    return Removed(
        webhooks_removed=purged.deliveries,
        incidents_removed=purged.incidents,
        visitors_removed=purged.visitors,
        sessions_removed=purged.sessions,
        message="no demo data is left",
    )


def _seed(text: str) -> int:
    return number_within(text, 0, LARGEST_SEED, DEFAULT_SEED)


def _told(**kinds: tuple[int, int]) -> str:
    """How many of each kind are new, of how many."""
    new = ", ".join(f"{new} of {wanted} {kind} are new" for kind, (new, wanted) in kinds.items())
    return new if all(new == wanted for new, wanted in kinds.values()) else new + _HERE_BEFORE
