"""The four stores as the suite sees them, and the two things that its tests keep doing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.incidents import Dispatch, GroupingRules
from domain.ports import Analyses, Inbox, Incidents, RelayStore
from tests.factories import a_delivery, an_alert

LEASE = timedelta(minutes=1)


@dataclass(frozen=True)
class Stores:
    inbox: Inbox
    relay: RelayStore
    incidents: Incidents
    analyses: Analyses


async def deliver(stores: Stores, **changes: Any) -> int:
    """Stores an alert as a delivery of its own and returns the event's id."""
    alert = an_alert(**changes)
    key = f"{alert.cycle_key}|{alert.scope}|{alert.transition}|{alert.happened_at}"
    receipt = await stores.inbox.store(a_delivery(key=key, alert=alert))
    return receipt.event_id


async def claim(stores: Stores, *, limit: int = 100, lease: timedelta = LEASE) -> list[Dispatch]:
    return await stores.relay.claim(limit=limit, lease=lease, rules=GroupingRules())
