"""Sows demo data: what is over goes to the history, what is live through the inbox."""

from api.dependencies import Demo, Resources
from api.taking_in import take_in
from domain.alerts import AlertStatus
from domain.demo_history import seeds
from domain.demo_monitors import DemoMonitor
from domain.demo_ports import AddedVisits, SeedKind
from domain.demo_visits import visits
from domain.webhook_ports import EventHistory

LAST = 100  # deliveries of a monitor in which its state is looked for


async def sow_webhooks(resources: Resources, demo: Demo, seed: int, count: int) -> int:
    """Returns how many deliveries are new. Idempotent: a call that failed is simply repeated."""
    at = await demo.seeds.begin(seed, SeedKind.WEBHOOKS, resources.clock())
    sown = seeds(seed, at, count, live=demo.live)
    created = await demo.seeds.add_history(seed, sown)
    for delivery in sown.live:
        receipt = await take_in(resources, delivery)
        created += not receipt.duplicate
    return created


async def sow_visits(resources: Resources, demo: Demo, seed: int, count: int) -> AddedVisits:
    at = await demo.seeds.begin(seed, SeedKind.RUM, resources.clock())
    return await demo.seeds.add_visits(seed, visits(seed, at, count))


async def state_of(monitor: DemoMonitor, history: EventHistory) -> AlertStatus:
    """What the latest delivery of the monitor said; one that never spoke is OK."""
    events = await history.monitor_events(monitor.id, limit=LAST)
    alerts = [event.alert for event in events if event.alert]
    if not alerts:
        return AlertStatus.OK
    return max(alerts, key=lambda alert: alert.happened_at).status
