"""Levers of notifications: a monitor's state, and what webhooks were sent."""

from fastapi import APIRouter
from pydantic import Field

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.deliveries import ShownDelivery
from dd_lib.sandbox.dependencies import CourierNow, WorldNow
from dd_lib.sandbox.monitor_states import MonitorState, set_state

router = APIRouter(prefix="/sandbox")

_GROUP = r"^([^:,\s]+:[^,\s]+(,[^:,\s]+:[^,\s]+)*)?$"


class StateRequest(Closed):
    """`group` is what to alert on, such as "host:a,env:prod"; without it, the scenario's."""

    state: MonitorState
    group: str = Field(default="", pattern=_GROUP)


class StateSet(Closed):
    """Where nothing `changed`, nobody is told."""

    id: int
    state: MonitorState
    changed: bool


class Deliveries(Closed):
    deliveries: list[ShownDelivery]


@router.post("/monitors/{monitor_id}/state")
async def set_monitor_state(
    monitor_id: int, request: StateRequest, world: WorldNow, courier: CourierNow
) -> StateSet:
    """Its webhooks are sent in the background."""
    changed = set_state(world, monitor_id, request.state, request.group)
    courier.hurry()
    return StateSet(id=monitor_id, state=request.state, changed=changed)


@router.get("/deliveries")
async def list_deliveries(world: WorldNow) -> Deliveries:
    """The oldest first."""
    return Deliveries(deliveries=list(world.deliveries.values()))
