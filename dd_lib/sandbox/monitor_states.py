"""A monitor's state set by hand: its scenario is let loose, or its alert ends."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from dd_lib.sandbox.firing import Firing
from dd_lib.sandbox.manners import Body, Manner
from dd_lib.sandbox.monitors import OK, standings
from dd_lib.sandbox.scenario import list_scenarios
from dd_lib.sandbox.world import World
from domain.errors import NotFound

MonitorState = Literal["OK", "Alert", "Warn", "No Data"]

_UNTIL_TOLD = timedelta(days=3650)
_TRANSITIONS = {"Alert": "Triggered", "Warn": "Warn", "No Data": "No Data"}


@dataclass(frozen=True, slots=True)
class _Past:
    """How the monitor stood before: OK, where it alerted on another group or not at all."""

    firing: Firing | None
    status: str

    @property
    def goes_on(self) -> Firing | None:
        return self.firing if self.status != OK else None


def set_state(world: World, monitor_id: int, state: MonitorState, group: str) -> bool:
    """False where the monitor stood like that before. Raises NotFound.

    A scenario alerts on one group at a time: an alert on another group takes the place of the
    one before, which ends without a word.
    """
    past = _past(world, monitor_id, group)
    if past.status == state:
        return False
    if state == OK:
        assert past.firing is not None, "what never fired is OK already"
        world.recover(past.firing)
        return True
    world.load(
        past.firing.order.scenario if past.firing else _scenario_about(world, monitor_id),
        None,
        fresh_ids=True,
        recovers_after=_UNTIL_TOLD,
        manner=_manner(past, _TRANSITIONS[state], group),
    )
    return True


def _past(world: World, monitor_id: int, group: str) -> _Past:
    firing = next((f for f in world.firings() if _is_about(f.webhook, monitor_id)), None)
    if firing is None:
        _scenario_about(world, monitor_id)  # an unknown monitor has no state at all
        return _Past(None, OK)
    standing = standings([firing], world.clock()).get(monitor_id)
    is_other = group not in ("", firing.webhook.get("scope"))
    return _Past(firing, OK if is_other or standing is None else standing.status)


def _scenario_about(world: World, monitor_id: int) -> str:
    for scenario in list_scenarios(world.scenarios):
        if _is_about(scenario.webhook, monitor_id):
            return scenario.name
    raise NotFound(f"no scenario is about monitor {monitor_id}")


def _is_about(webhook: Body, monitor_id: int) -> bool:
    return str(webhook.get("monitor_id")) == str(monitor_id)


def _manner(past: _Past, transition: str, group: str) -> Manner:
    """A change from one alerting state to another belongs to the same alert."""
    if past.goes_on is None:
        return Manner(transition=transition, group=group)
    return Manner(
        transition=transition,
        group=past.goes_on.order.manner.group,
        cycle=str(past.goes_on.webhook.get("alert_cycle_key", "")),
    )
