"""Finds each claimed alert its incident, inside the relay's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from adapters.postgres.database import Connection
from adapters.postgres.documents import bigint, index_key, read, storable
from domain.alerts import Alert, Transition
from domain.errors import Broken
from domain.incidents import GroupingRules, episode_key, group_key


@dataclass(frozen=True)
class Place:
    """Where an alert belongs."""

    incident_id: int
    incident_key: str
    episode_key: str


@dataclass(frozen=True)
class Arrival:
    """A claimed delivery. It has a `place` when it was claimed before and its lease ran out."""

    event_id: int
    alert: Alert
    place: Place | None = None
    traceparent: str = ""


# Two relays with alerts of one group or one episode take turns. Each takes its locks in the
# same order, so neither waits for the other in a circle; all are free when its transaction ends.
_TAKE_TURNS = """
SELECT pg_advisory_xact_lock(turn)
FROM (
    SELECT DISTINCT hashtextextended(name, 0) AS turn FROM unnest(%s::text[]) AS name ORDER BY turn
) AS turns
"""

# An alert belongs to the oldest episode of its key that had not recovered when it happened. A
# cycle key is never used again, so there whatever comes after the recovery belongs as well. Without
# one, a recovery that is older than what the episode has heard since is of an earlier alert.
_JOIN = """
WITH episode AS (
    UPDATE episodes SET
        started_at = CASE
            WHEN %(is_recovery)s THEN started_at ELSE least(started_at, %(happened_at)s) END,
        recovered_at = CASE
            WHEN NOT %(is_recovery)s THEN recovered_at
            WHEN NOT %(has_cycle)s AND EXISTS (
                SELECT FROM webhook_events
                WHERE webhook_events.incident_id = episodes.incident_id
                    AND webhook_events.episode_key = %(episode_key)s
                    AND happened_at > %(happened_at)s AND transition <> %(recovered)s
            ) THEN recovered_at
            ELSE coalesce(recovered_at, greatest(started_at, %(happened_at)s)) END
    WHERE id = (
        SELECT id FROM episodes
        WHERE episode_key = %(episode_key)s
            AND (%(has_cycle)s OR recovered_at IS NULL OR recovered_at >= %(happened_at)s)
        ORDER BY recovered_at NULLS LAST
        LIMIT 1
    )
    RETURNING incident_id
)
UPDATE incidents SET
    first_alert_at = CASE
        WHEN %(is_recovery)s THEN first_alert_at ELSE least(first_alert_at, %(happened_at)s) END,
    last_alert_at = greatest(last_alert_at, %(happened_at)s),
    priority = coalesce(least(nullif(priority, ''), nullif(%(priority)s, '')), '')
FROM episode
WHERE incidents.id = episode.incident_id
RETURNING incidents.id, incidents.key
"""

# Datadog tells news only of what was well before. News of an episode whose incident has gone idle
# therefore means that its recovery was lost, or never sent, as with a webhook posted by hand.
_FORGET = """
UPDATE episodes SET recovered_at = greatest(started_at, incidents.last_alert_at)
FROM incidents
WHERE incidents.id = episodes.incident_id AND incidents.state <> 'open'
    AND incidents.last_alert_at < %(happened_at)s
    AND episodes.episode_key = %(episode_key)s AND episodes.recovered_at IS NULL
"""

_OPEN = """
WITH incident AS (
    INSERT INTO incidents (
        key, state, title, group_key, service, env, monitor_id, priority,
        first_alert_at, last_alert_at
    )
    VALUES (
        left(replace(gen_random_uuid()::text, '-', ''), 10), 'open', %(title)s, %(group_key)s,
        %(service)s, %(env)s, %(monitor_id)s, %(priority)s, %(happened_at)s, %(happened_at)s
    )
    ON CONFLICT (group_key) WHERE state = 'open' DO UPDATE SET
        first_alert_at = least(incidents.first_alert_at, excluded.first_alert_at),
        last_alert_at = greatest(incidents.last_alert_at, excluded.last_alert_at),
        priority = coalesce(
            least(nullif(incidents.priority, ''), nullif(excluded.priority, '')), ''
        )
    RETURNING id, key
), episode AS (
    INSERT INTO episodes (incident_id, episode_key, monitor_id, title, scope, started_at)
    SELECT id, %(episode_key)s, %(monitor_id)s, %(title)s, %(scope)s, %(happened_at)s FROM incident
)
SELECT id, key FROM incident
"""

# An open incident that one of the same group was merged into, and that is not of its group itself.
_FOLLOW = """
WITH target AS (
    UPDATE incidents SET
        last_alert_at = greatest(last_alert_at, %(happened_at)s),
        priority = coalesce(least(nullif(priority, ''), nullif(%(priority)s, '')), '')
    WHERE state = 'open' AND id = (
        SELECT merged_into FROM incidents
        WHERE group_key = %(group_key)s AND merged_into IS NOT NULL
        ORDER BY id DESC LIMIT 1
    )
    RETURNING id, key
), episode AS (
    INSERT INTO episodes (incident_id, episode_key, monitor_id, title, scope, started_at)
    SELECT id, %(episode_key)s, %(monitor_id)s, %(title)s, %(scope)s, %(happened_at)s FROM target
)
SELECT id, key FROM target
"""

_KEEP_UNMATCHED = """
UPDATE webhook_events SET
    status = 'processed', processed_at = now(), leased_until = NULL, episode_key = %(episode_key)s
WHERE id = %(event_id)s
"""

_ADOPT = """
UPDATE webhook_events SET
    status = 'pending', processed_at = NULL, leased_until = now() + %(lease)s
WHERE id = (
    SELECT id FROM webhook_events
    WHERE episode_key = %(episode_key)s AND incident_id IS NULL AND happened_at >= %(happened_at)s
    ORDER BY happened_at, id
    LIMIT 1
)
RETURNING id, alert
"""

_ASSIGN = """
UPDATE webhook_events SET incident_id = placed.incident_id, episode_key = placed.episode_key
FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS placed (id, incident_id, episode_key)
WHERE webhook_events.id = placed.id
"""


async def place_all(
    connection: Connection, arrivals: Sequence[Arrival], rules: GroupingRules, lease: timedelta
) -> list[tuple[Arrival, Place]]:
    """Each arrival with its place, in the order in which the alerts happened.

    A recovery of nothing we know is left out: it is kept for the alert that it overtook.
    """
    known = [(arrival, arrival.place) for arrival in arrivals if arrival.place]
    new = [arrival for arrival in arrivals if arrival.place is None]
    await _take_turns(connection, [arrival.alert for arrival in new], rules)
    placed = []
    for arrival in sorted(new, key=_happening):
        placed += await _place(connection, arrival, rules, lease)
    await _assign(connection, placed)
    return sorted(known + placed, key=lambda pair: _happening(pair[0]))


def _happening(arrival: Arrival) -> tuple[float, int]:
    return arrival.alert.happened_at.timestamp(), arrival.event_id


async def _take_turns(
    connection: Connection, alerts: Sequence[Alert], rules: GroupingRules
) -> None:
    names = {index_key(group_key(alert, rules)) for alert in alerts}
    names |= {index_key(episode_key(alert)) for alert in alerts}
    await connection.execute(_TAKE_TURNS, (sorted(names),))


async def _place(
    connection: Connection, arrival: Arrival, rules: GroupingRules, lease: timedelta
) -> list[tuple[Arrival, Place]]:
    """The arrival's place; with it that of a recovery which overtook it."""
    if arrival.alert.transition.is_news and not arrival.alert.cycle_key:
        await _forget_idle_episode(connection, arrival.alert)
    place = await _join(connection, arrival.alert)
    if place:
        return [(arrival, place)]
    if arrival.alert.transition.is_recovery:
        await _keep_unmatched(connection, arrival)
        return []
    place = await _open(connection, arrival.alert, rules)
    return [(arrival, place), *await _adopt(connection, arrival.alert, lease)]


async def _forget_idle_episode(connection: Connection, alert: Alert) -> None:
    key = index_key(episode_key(alert))
    await connection.execute(_FORGET, {"episode_key": key, "happened_at": alert.happened_at})


async def _join(connection: Connection, alert: Alert) -> Place | None:
    """Joins the incident of the alert's episode, whatever state that incident is in."""
    key = index_key(episode_key(alert))
    cursor = await connection.execute(
        _JOIN,
        {
            "episode_key": key,
            "has_cycle": bool(alert.cycle_key),
            "is_recovery": alert.transition.is_recovery,
            "recovered": Transition.RECOVERED,
            "happened_at": alert.happened_at,
            "priority": storable(alert.priority),
        },
    )
    row = await cursor.fetchone()
    return Place(row["id"], row["key"], key) if row else None


async def _open(connection: Connection, alert: Alert, rules: GroupingRules) -> Place:
    """Begins an episode: where its group was merged to, in its group's open incident, or anew."""
    key = index_key(episode_key(alert))
    values = {
        "title": storable(alert.monitor_name or alert.title),
        "group_key": index_key(group_key(alert, rules)),
        "service": storable(alert.label("service")),
        "env": storable(alert.label("env")),
        "monitor_id": bigint(alert.monitor_id),
        "priority": storable(alert.priority),
        "happened_at": alert.happened_at,
        "episode_key": key,
        "scope": [storable(pair) for pair in alert.scope],
    }
    for query in (_FOLLOW, _OPEN):
        cursor = await connection.execute(query, values)
        row = await cursor.fetchone()
        if row:
            return Place(row["id"], row["key"], key)
    raise Broken("an upsert that updates on conflict returned no row")


async def _keep_unmatched(connection: Connection, arrival: Arrival) -> None:
    await connection.execute(
        _KEEP_UNMATCHED,
        {"event_id": arrival.event_id, "episode_key": index_key(episode_key(arrival.alert))},
    )


async def _adopt(
    connection: Connection, alert: Alert, lease: timedelta
) -> list[tuple[Arrival, Place]]:
    """The recovery that came before the alert it ends, claimed anew: it closes the episode."""
    key = index_key(episode_key(alert))
    cursor = await connection.execute(
        _ADOPT, {"episode_key": key, "happened_at": alert.happened_at, "lease": lease}
    )
    row = await cursor.fetchone()
    if row is None:
        return []
    recovery = Arrival(row["id"], read(Alert, row["alert"]))
    place = await _join(connection, recovery.alert)
    return [(recovery, place)] if place else []


async def _assign(connection: Connection, placed: Sequence[tuple[Arrival, Place]]) -> None:
    await connection.execute(
        _ASSIGN,
        (
            [arrival.event_id for arrival, _ in placed],
            [place.incident_id for _, place in placed],
            [place.episode_key for _, place in placed],
        ),
    )
