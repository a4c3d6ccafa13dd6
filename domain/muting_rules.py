"""Who is muted: narrowly, once per episode and config, and never for longer than allowed."""

from datetime import datetime, timedelta

from domain.alerts import Alert
from domain.downtimes import owner_key, scope_of
from domain.incidents import Episode, Incident, IncidentState
from domain.mutings import Muting, MutingRules, MutingState
from domain.webhook_configs import WebhookConfig


def wants_downtime(config: WebhookConfig, alert: Alert) -> bool:
    """Whether this delivery is the one at which the config wants its monitor muted."""
    if not config.auto_downtime or not config.matches(alert):
        return False
    return alert.transition.is_recovery == (config.downtime_trigger == "recovery")


def plan_muting(
    incident: Incident, alert: Alert, episode_key: str, config: WebhookConfig, rules: MutingRules
) -> Muting:
    """The record to keep: planned, or refused where it could not be narrow."""
    occurrence = occurrence_of(incident, episode_key, alert.happened_at)
    scope = scope_of(alert)
    refusal = _refusal(alert, scope)
    return Muting(
        key=owner_key(incident.key, episode_key, occurrence, config.id),
        incident_id=incident.id,
        episode_key=episode_key,
        occurrence=occurrence,
        config_id=config.id,
        config_name=config.name,
        trigger=config.downtime_trigger,
        duration=min(timedelta(minutes=config.downtime_duration_minutes), rules.cap),
        state=MutingState.REFUSED if refusal else MutingState.PLANNED,
        note=refusal,
        monitor_id=alert.monitor_id,
        scope=scope,
        asked_at=alert.happened_at,
    )


def is_alerting(incident: Incident, muting: Muting) -> bool:
    """Whether what is muted still alerts; a closed incident alerts no more."""
    if incident.state is IncidentState.RESOLVED:
        return False
    episodes = _episodes(incident, muting.episode_key)[muting.occurrence - 1 :]
    return bool(episodes) and episodes[0].recovered_at is None


def occurrence_of(incident: Incident, episode_key: str, happened_at: datetime) -> int:
    """Counted from 1: the first episode of that key that had not recovered by `happened_at`."""
    over = [
        episode
        for episode in _episodes(incident, episode_key)
        if episode.recovered_at is not None and episode.recovered_at < happened_at
    ]
    return min(len(over) + 1, max(len(_episodes(incident, episode_key)), 1))


def _episodes(incident: Incident, key: str) -> list[Episode]:
    """Those of that key, oldest first."""
    same = [episode for episode in incident.episodes if episode.key == key]
    return sorted(same, key=lambda episode: episode.started_at)


def _refusal(alert: Alert, scope: str) -> str:
    if alert.monitor_id is None:
        return "the alert names no monitor, and Rayne never mutes all of them"
    if not scope:
        return "the alert names no group, host, service or env: this would mute the whole monitor"
    return ""
