"""The relay's side of the inbox, in memory."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.alerts import Alert
from domain.deliveries import EventStatus
from domain.incidents import (
    Dispatch,
    Episode,
    GroupingRules,
    Incident,
    IncidentAlert,
    IncidentState,
    episode_key,
    group_key,
)
from tests.fakes.store_state import FakeEpisode, FakeEvent, FakeState


class FakeRelayStore:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()
        self.relayed: list[int] = []

    async def claim(self, *, limit: int, lease: timedelta, rules: GroupingRules) -> list[Dispatch]:
        self.state.answer()
        while due := [event for event in self.state.events if self._is_due(event)][:limit]:
            placed: list[FakeEvent] = []
            for event in sorted(due, key=_happening):
                event.leased_until = self.state.now + lease
                placed += [event] if event.incident_id else self._place(event, rules, lease)
            if placed:
                return self._dispatches(placed)
        return []

    async def mark_relayed(self, event_ids: Sequence[int]) -> None:
        self.state.answer()
        self.relayed += event_ids
        for event in self.state.events:
            if event.id in event_ids and event.status is EventStatus.PENDING:
                self._finish(event)

    async def release(self, event_ids: Sequence[int]) -> None:
        self.state.answer()
        for event in self.state.events:
            if event.id in event_ids:
                event.leased_until = None

    async def wait_for_delivery(self, at_most: timedelta) -> None:
        try:
            async with asyncio.timeout(at_most.total_seconds()):
                await self.state.stored.wait()
        except TimeoutError:
            return
        self.state.stored.clear()

    def _is_due(self, event: FakeEvent) -> bool:
        free = event.leased_until is None or event.leased_until <= self.state.now
        return event.status is EventStatus.PENDING and free

    def _finish(self, event: FakeEvent) -> None:
        event.status = EventStatus.PROCESSED
        event.processed_at = self.state.now
        event.leased_until = None

    def _place(self, event: FakeEvent, rules: GroupingRules, lease: timedelta) -> list[FakeEvent]:
        """The event and, with it, a recovery that overtook it; nothing where it must wait."""
        alert = _alert(event)
        event.episode_key = episode_key(alert)
        if alert.transition.is_news and not alert.cycle_key:
            self._forget_idle_episode(alert)
        episode = self._episode_of(alert)
        if episode:
            self._join(event, episode)
            return [event]
        if alert.transition.is_recovery:
            self._finish(event)
            return []
        episode = self._open(alert, rules)
        self._join(event, episode)
        recovery = self._unmatched_recovery(alert)
        if recovery is None:
            return [event]
        recovery.status = EventStatus.PENDING
        recovery.processed_at = None
        recovery.leased_until = self.state.now + lease
        self._join(recovery, episode)
        return [event, recovery]

    def _forget_idle_episode(self, alert: Alert) -> None:
        for episode in self.state.episodes:
            incident = self.state.incidents[episode.incident_id]
            if (
                episode.value.key == episode_key(alert)
                and episode.value.recovered_at is None
                and incident.state is not IncidentState.OPEN
                and incident.last_alert_at < alert.happened_at
            ):
                ended = max(episode.value.started_at, incident.last_alert_at)
                episode.value = episode.value.model_copy(update={"recovered_at": ended})

    def _episode_of(self, alert: Alert) -> FakeEpisode | None:
        """The oldest that had not recovered when the alert happened; a cycle has only one."""
        found = [
            episode
            for episode in self.state.episodes
            if episode.value.key == episode_key(alert)
            and (alert.cycle_key or _had_not_recovered(episode.value, alert.happened_at))
        ]
        return min(
            found,
            key=lambda e: (
                e.value.recovered_at or datetime.max.replace(tzinfo=alert.happened_at.tzinfo)
            ),
            default=None,
        )

    def _join(self, event: FakeEvent, episode: FakeEpisode) -> None:
        alert = _alert(event)
        event.incident_id = episode.incident_id
        incident = self.state.incidents[episode.incident_id]
        changes: dict[str, object] = {
            "last_alert_at": max(incident.last_alert_at, alert.happened_at),
            "priority": min(filter(None, (incident.priority, alert.priority)), default=""),
        }
        value = episode.value
        if not alert.transition.is_recovery:
            changes["first_alert_at"] = min(incident.first_alert_at, alert.happened_at)
            started_at = min(value.started_at, alert.happened_at)
            episode.value = value.model_copy(update={"started_at": started_at})
        elif not self._is_outdated(event, alert):
            recovered_at = value.recovered_at or max(value.started_at, alert.happened_at)
            episode.value = value.model_copy(update={"recovered_at": recovered_at})
        self.state.incidents[incident.id] = incident.model_copy(update=changes)

    def _is_outdated(self, recovery: FakeEvent, alert: Alert) -> bool:
        """Whether its episode, which has no cycle key, has heard of an alert since."""
        return not alert.cycle_key and any(
            event.incident_id == recovery.incident_id
            and event.episode_key == recovery.episode_key
            and _alert(event).happened_at > alert.happened_at
            and not _alert(event).transition.is_recovery
            for event in self.state.events
        )

    def _open(self, alert: Alert, rules: GroupingRules) -> FakeEpisode:
        key = group_key(alert, rules)
        groups = [i for i in self.state.incidents.values() if i.group_key == key]
        merged = [self.state.incidents[i.merged_into] for i in groups if i.merged_into]
        is_open = [i for i in (*merged[-1:], *groups) if i.state is IncidentState.OPEN]
        incident = is_open[0] if is_open else self._open_incident(alert, key)
        value = Episode(
            key=episode_key(alert),
            monitor_id=alert.monitor_id,
            title=alert.monitor_name or alert.title,
            scope=alert.scope,
            started_at=alert.happened_at,
        )
        episode = FakeEpisode(incident.id, value)
        self.state.episodes.append(episode)
        return episode

    def _open_incident(self, alert: Alert, key: str) -> Incident:
        number = len(self.state.incidents) + 1
        incident = Incident(
            id=number,
            key=f"{number:010x}",
            state=IncidentState.OPEN,
            title=alert.monitor_name or alert.title,
            group_key=key,
            service=alert.label("service"),
            env=alert.label("env"),
            monitor_id=alert.monitor_id,
            priority=alert.priority,
            opened_at=self.state.now,
            first_alert_at=alert.happened_at,
            last_alert_at=alert.happened_at,
        )
        self.state.incidents[number] = incident
        return incident

    def _unmatched_recovery(self, alert: Alert) -> FakeEvent | None:
        found = [
            event
            for event in self.state.events
            if event.episode_key == episode_key(alert)
            and event.incident_id is None
            and _alert(event).happened_at >= alert.happened_at
        ]
        return min(found, key=_happening, default=None)

    def _dispatches(self, placed: list[FakeEvent]) -> list[Dispatch]:
        together: dict[int, list[FakeEvent]] = {}
        for event in sorted(placed, key=_happening):
            together.setdefault(event.incident_id or 0, []).append(event)
        return [
            Dispatch(
                incident_id=incident_id,
                incident_key=self.state.incidents[incident_id].key,
                alerts=tuple(_incident_alert(event) for event in events),
                traceparents=tuple(event.delivery.traceparent for event in events),
            )
            for incident_id, events in together.items()
        ]


def _alert(event: FakeEvent) -> Alert:
    assert event.delivery.alert, "a delivery without an alert is never pending"
    return event.delivery.alert


def _happening(event: FakeEvent) -> tuple[datetime, int]:
    return _alert(event).happened_at, event.id


def _had_not_recovered(episode: Episode, moment: datetime) -> bool:
    return episode.recovered_at is None or episode.recovered_at >= moment


def _incident_alert(event: FakeEvent) -> IncidentAlert:
    alert = _alert(event)
    return IncidentAlert(
        event_id=event.id,
        episode_key=event.episode_key,
        transition=alert.transition,
        status=alert.status,
        happened_at=alert.happened_at,
        title=(alert.monitor_name or alert.title)[:200],
        monitor_id=alert.monitor_id,
        service=alert.label("service")[:200],
        priority=alert.priority,
    )
