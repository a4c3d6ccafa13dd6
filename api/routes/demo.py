"""Demo data: a made-up shop's alerts and visitors, sown by a number and removed without a trace."""

import secrets

from fastapi import APIRouter, status
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.access import ForOperators, ForViewers
from api.datadog_port import Creator, Monitor
from api.demo import sow_visits, sow_webhooks, state_of
from api.dependencies import FromDemo, FromResources, number_within
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
    resources: FromResources, demo: FromDemo, count: str = "", seed: str = ""
) -> SownWebhooks:
    """A week of alerts. What makes no sense becomes the default, as ever."""
    sowing, wanted = _seed(seed), number_within(count, 1, MOST_WEBHOOKS, WEBHOOKS)
    created = await sow_webhooks(resources, demo, sowing, wanted)
    return SownWebhooks(
        requested=wanted,
        created=created,
        seed=sowing,
        message=_message(f"{created} of {wanted} webhook deliveries are new", created == wanted),
    )


@router.post("/seed/rum", status_code=status.HTTP_201_CREATED, dependencies=[ForOperators])
async def seed_rum(
    resources: FromResources, demo: FromDemo, count: str = "", seed: str = ""
) -> SownVisits:
    """A week of visits."""
    sowing, wanted = _seed(seed), number_within(count, 1, MOST_VISITS, VISITS)
    added = await sow_visits(resources, demo, sowing, wanted)
    return SownVisits(
        requested_sessions=wanted,
        sessions_created=added.sessions,
        events_created=added.events,
        seed=sowing,
        message=_message(
            f"{added.sessions} of {wanted} sessions are new", added.sessions == wanted
        ),
    )


@router.post("/seed/all", status_code=status.HTTP_201_CREATED, dependencies=[ForOperators])
async def seed_all(
    resources: FromResources, demo: FromDemo, webhooks: str = "", rum: str = "", seed: str = ""
) -> Sown:
    sown = await seed_webhooks(resources, demo, webhooks, seed)
    visited = await seed_rum(resources, demo, rum, seed)
    return Sown(
        webhooks_created=sown.created,
        sessions_created=visited.sessions_created,
        events_created=visited.events_created,
        seed=sown.seed,
        message=f"{sown.message}. {visited.message}",
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
async def delete_demo(resources: FromResources, demo: FromDemo) -> Removed:
    """Removes everything that was seeded and what came of it, and nothing else. Idempotent."""
    for incident_id in await demo.seeds.open_incidents():
        await resources.runs.stop_incident(incident_id)
    purged = await demo.seeds.purge()
    return Removed(
        webhooks_removed=purged.deliveries,
        incidents_removed=purged.incidents,
        visitors_removed=purged.visitors,
        sessions_removed=purged.sessions,
        message="no demo data is left",
    )


def _seed(text: str) -> int:
    return number_within(text, 0, LARGEST_SEED, DEFAULT_SEED)


def _message(text: str, everything_is_new: bool) -> str:  # noqa: FBT001
    return text if everything_is_new else text + _HERE_BEFORE
