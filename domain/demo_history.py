"""What is seeded: incidents that are over, and deliveries that are yet to be looked at."""

from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import AwareDatetime

from domain.alerts import Alert
from domain.deliveries import Delivery
from domain.demo_deliveries import deliveries
from domain.demo_draws import Draws
from domain.demo_stories import LIVE, stories
from domain.incidents import Episode, GroupingRules, IncidentState, episode_key, group_key
from domain.values import Value

_RULES = GroupingRules()
_KEY_DIGITS = 10


class SeededIncident(Value):
    """An incident as the relay and its workflow would have left it."""

    key: str
    state: IncidentState
    title: str
    group_key: str
    service: str
    env: str
    monitor_id: int | None
    priority: str
    opened_at: AwareDatetime
    first_alert_at: AwareDatetime
    last_alert_at: AwareDatetime
    ended_at: AwareDatetime
    episodes: tuple[Episode, ...]
    deliveries: tuple[Delivery, ...]


class Seeds(NamedTuple):
    """Everything that one seed adds to the inbox."""

    past: tuple[SeededIncident, ...]
    live: tuple[Delivery, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Of every delivery: they tell what was seeded from what was not."""
        past = [d.key for incident in self.past for d in incident.deliveries]
        return (*past, *(delivery.key for delivery in self.live))


def seeds(seed: int, at: datetime, count: int, *, live: int = LIVE) -> Seeds:
    """The same for the same question, and contained in what a larger count gives."""
    past: list[SeededIncident] = []
    present: list[Delivery] = []
    for story in stories(seed, at, count, live=live):
        told = deliveries(seed, story)
        if story.is_live:
            present += told
        else:
            past.append(_incident(Draws(seed, "incident", story.name), told))
    return Seeds(tuple(past), tuple(present))


def _incident(draws: Draws, told: tuple[Delivery, ...]) -> SeededIncident:
    alerts = [delivery.alert for delivery in told if delivery.alert]
    first = alerts[0]
    episodes = _episodes(alerts)
    last = max(alert.happened_at for alert in alerts)
    is_over = all(episode.recovered_at for episode in episodes)
    return SeededIncident(
        key=draws.hexadecimal(_KEY_DIGITS),
        state=IncidentState.RESOLVED if is_over else IncidentState.IDLE,
        title=first.monitor_name,
        group_key=group_key(first, _RULES),
        service=first.service,
        env=first.env,
        monitor_id=first.monitor_id,
        priority=min(alert.priority for alert in alerts),
        opened_at=told[0].received_at,
        first_alert_at=first.happened_at,
        last_alert_at=last,
        ended_at=last + (timedelta() if is_over else _RULES.group_idle),
        episodes=episodes,
        deliveries=told,
    )


def _episodes(alerts: list[Alert]) -> tuple[Episode, ...]:
    """By their beginnings. `alerts` are in order, so the first of each cycle began it."""
    found: dict[str, Episode] = {}
    for alert in alerts:
        key = episode_key(alert)
        if key not in found:
            found[key] = Episode(
                key=key,
                monitor_id=alert.monitor_id,
                title=alert.monitor_name,
                scope=alert.scope,
                started_at=alert.happened_at,
            )
        if alert.transition.is_recovery:
            found[key] = found[key].model_copy(update={"recovered_at": alert.happened_at})
    return tuple(found.values())
