"""Whom this Datadog tells of a monitor's change: the webhooks that its message mentions."""

from datetime import datetime

from dd_lib.sandbox.deliveries import Delivery
from dd_lib.sandbox.firing import Firing
from dd_lib.sandbox.manners import Body
from dd_lib.sandbox.mentions import mentioned_webhooks
from dd_lib.sandbox.monitors import Standing, standings
from dd_lib.sandbox.muting import muting
from dd_lib.sandbox.occasions import Variables, variables_of
from dd_lib.sandbox.outgoing import outgoing, values_of
from dd_lib.sandbox.resources import Resource, attributes_of
from dd_lib.sandbox.world import World
from domain.errors import InvalidInput


class Notifier:
    """Notices each change once, a restart included, and leaves deliveries in the world to be sent.

    A downtime silences it: what happens in one is not made up for when it ends. Only the recovery
    from an alert that was told before is told as well, unless the downtime mutes first recoveries.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def look(self) -> None:
        """Notices what has changed by now."""
        now = self._world.clock()
        for firing in self._world.firings():
            self._look_at(firing, now)

    def _look_at(self, firing: Firing, now: datetime) -> None:
        """A recovery follows an alert that was noticed; one that is long over is no news."""
        triggered = f"{firing.order.number} triggered"
        if firing.order.at <= now < firing.recovers_at:
            self._notice(triggered, firing, firing.webhook, since=None)
        elif now >= firing.recovers_at and triggered in self._world.noticed:
            recovered = f"{firing.order.number} recovered"
            self._notice(recovered, firing, firing.recovery, since=triggered)

    def _notice(self, change: str, firing: Firing, body: Body, *, since: str | None) -> None:
        """`since` is the alert that a recovery ends."""
        if change in self._world.noticed:
            return
        standing = _standing(firing, body, self._world.clock())
        silent = standing is None or self._is_muted(standing, since)
        self._world.notice(change, muted=silent)
        if standing is None or silent:
            return
        mentioned = mentioned_webhooks(standing.monitor.message, body.get("alert_transition"))
        known = self._world.kept("webhooks")
        for name in mentioned:
            if name in known:
                self._world.put_delivery(self._delivery(known[name], variables_of(body)))

    def _is_muted(self, standing: Standing, since: str | None) -> bool:
        silencing = muting(standing, self._world.downtimes.values(), self._world.clock())
        if since is None or since in self._world.muted:
            return bool(silencing)
        return any(_mutes_first_recovery(downtime) for downtime in silencing)

    def _delivery(self, webhook: Resource, variables: Variables) -> Delivery:
        hidden = values_of(self._world.kept("variables"), hidden=True)
        url, text = _shown(webhook, hidden | variables)
        return Delivery(
            id=str(self._world.take_number()),
            webhook=str(webhook["name"]),
            event_id=variables["ID"],
            monitor_id=variables["ALERT_ID"],
            transition=variables["ALERT_TRANSITION"],
            scope=variables["ALERT_SCOPE"],
            url=url,
            body=text,
            variables=variables,
        )


def _standing(firing: Firing, body: Body, now: datetime) -> Standing | None:
    """None where the scenario does not describe the monitor: nobody knows its message then."""
    about = str(body.get("monitor_id"))
    known = standings([firing], now).items()
    return next((standing for number, standing in known if str(number) == about), None)


def _mutes_first_recovery(downtime: Resource) -> bool:
    return bool(attributes_of(downtime)["mute_first_recovery_notification"])


def _shown(webhook: Resource, values: Variables) -> tuple[str, str]:
    """What cannot be filled in is shown as it was written; sending it will say why."""
    try:
        sent = outgoing(webhook, values)
    except InvalidInput:
        return str(webhook["url"]), str(webhook["payload"])
    return sent.url, sent.body
