"""Decide what deliveries set off beside the analysis, and hand them on."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit

from temporalio import activity

from domain.alerts import Alert
from domain.errors import NotFound
from domain.incidents import Incident
from domain.muting_rules import is_alerting, plan_muting, wants_downtime
from domain.mutings import Muting, MutingOrder, MutingRules, MutingState
from domain.notices import NoticeOrder, due_notices
from domain.notification_ports import Notices
from domain.ports import Inbox, Incidents, Mutings
from domain.reactions import Arrivals, ForwardOrder, Reactions
from domain.webhook_configs import WebhookConfig
from domain.webhook_ports import EventHistory, Forwarder, WebhookConfigs


class Deliveries(NamedTuple):
    """What is known of deliveries: the bodies, and what became of them."""

    inbox: Inbox
    history: EventHistory


class Plans(NamedTuple):
    """What is decided here and done elsewhere. `notices`: None where nobody wishes to be told."""

    mutings: Mutings
    rules: MutingRules
    notices: Notices | None = None


class _Arrived(NamedTuple):
    event_id: int
    episode_key: str
    alert: Alert
    forwarded_to: Sequence[str]


class ReactionActivities:
    def __init__(
        self,
        deliveries: Deliveries,
        incidents: Incidents,
        configs: WebhookConfigs,
        forwarder: Forwarder,
        plans: Plans,
    ) -> None:
        self._deliveries = deliveries
        self._incidents = incidents
        self._configs = configs
        self._forwarder = forwarder
        self._mutings, self._rules, self._notices = plans

    @activity.defn
    async def plan_reactions(self, arrivals: Arrivals) -> Reactions:
        """Safe to repeat: mutings and notices have keys, what was forwarded is left out."""
        # Said here too: a relay that died before it could would hand them over again, perhaps to a
        # run that began after this one and knows nothing of them.
        await self._deliveries.history.mark_arrived([each.event_id for each in arrivals.alerts])
        configs = await self._configs.list_configs(active_only=True)
        incident = await self._incidents.get_incident(arrivals.incident_id)
        arrived = await self._read(arrivals) if configs else []
        await self._plan_mutings(incident, arrived, configs)
        mutings = await self._mutings.list_mutings(incident.id)
        return Reactions(
            forwards=_forwards(arrived, configs),
            mutings=tuple(
                self._order(muting) for muting in mutings if muting.state is MutingState.PLANNED
            ),
            over=tuple(muting.key for muting in mutings if _is_over(incident, muting)),
            notices=await self._plan_notices(incident, arrivals),
        )

    @activity.defn
    async def forward_delivery(self, order: ForwardOrder) -> None:
        """At least once: a crash after the receiver's answer sends again, with the same id.

        Raises NotFound where the config no longer asks for it.
        """
        config = await self._configs.get_config(order.config_id)
        url = next((url for url in config.forward_urls if _digest(url) == order.address), None)
        if url is None:
            raise NotFound(f"config {config.name!r} no longer forwards to {order.host!r}")
        event = await self._deliveries.inbox.get_event(order.event_id)
        if url in event.forwarded_to:
            return
        body, content_type = await self._deliveries.inbox.get_raw(order.event_id)
        await self._forwarder.forward(url, body, content_type, order.event_id)
        await self._deliveries.history.mark_forwarded(order.event_id, url)

    async def _read(self, arrivals: Arrivals) -> list[_Arrived]:
        found = []
        for arrival in arrivals.alerts:
            event = await self._deliveries.inbox.get_event(arrival.event_id)
            if event.alert:
                found.append(
                    _Arrived(event.id, arrival.episode_key, event.alert, event.forwarded_to)
                )
        return found

    async def _plan_mutings(
        self, incident: Incident, arrived: Iterable[_Arrived], configs: Sequence[WebhookConfig]
    ) -> None:
        planned = [
            plan_muting(incident, each.alert, each.episode_key, config, self._rules)
            for each in arrived
            for config in configs
            if wants_downtime(config, each.alert)
        ]
        if planned:
            await self._mutings.plan_mutings(planned)

    async def _plan_notices(
        self, incident: Incident, arrivals: Arrivals
    ) -> tuple[NoticeOrder, ...]:
        """Those planned before and not sent yet, too: whoever was to send them may be gone."""
        if self._notices is None:
            return ()
        known = await self._notices.list_notices(incident.id)
        while due := due_notices(incident, arrivals.alerts, known):
            await self._notices.plan_notices(due)
            # Read again: another batch may have opened the incident first, and more mildly.
            known = await self._notices.list_notices(incident.id)
        return tuple(
            NoticeOrder(incident_id=incident.id, occasion=notice.occasion)
            for notice in known
            if notice.is_due
        )

    def _order(self, muting: Muting) -> MutingOrder:
        return MutingOrder(
            key=muting.key,
            incident_id=muting.incident_id,
            monitor_id=muting.monitor_id,
            trigger=muting.trigger,
            duration=muting.duration,
            grace=self._rules.grace,
        )


def _forwards(
    arrived: Iterable[_Arrived], configs: Sequence[WebhookConfig]
) -> tuple[ForwardOrder, ...]:
    """Each delivery once to each address, however many configs name it."""
    orders = {
        (each.event_id, url): ForwardOrder(
            event_id=each.event_id,
            config_id=config.id,
            address=_digest(url),
            host=urlsplit(url).hostname or "",
        )
        for each in arrived
        for config in configs
        if config.matches(each.alert)
        for url in config.forward_urls
        if url not in each.forwarded_to
    }
    return tuple(orders.values())


def _is_over(incident: Incident, muting: Muting) -> bool:
    """Of those that run: what is muted after a recovery stays so until its end."""
    running = muting.state is MutingState.ACTIVE and muting.trigger == "alert"
    return running and not is_alerting(incident, muting)


def _digest(url: str) -> str:
    return sha256(url.encode()).hexdigest()
