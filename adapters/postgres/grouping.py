"""Finds each claimed alert its incident, inside the relay's transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from psycopg.rows import DictRow
from psycopg.types.numeric import Int8

from adapters.postgres.database import Connection
from adapters.postgres.documents import bigint, index_key, read, storable
from domain.alerts import Alert
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

# All that becomes of one alert, so that a batch of them is one round trip. By its parts, in order:
#
# Datadog tells news only of what was well before. News of an episode whose incident has gone idle
# therefore means that its recovery was lost, or never sent, as with a webhook posted by hand: such
# an episode is forgotten.
#
# An alert joins the oldest episode of its key that had not recovered when it happened. A cycle key
# is never used again, so there whatever comes after the recovery belongs as well. Without one, a
# recovery that is older than what the episode has heard since is of an earlier alert.
#
# A recovery that joins nothing is kept for the alert that it overtook. Any other alert begins an
# episode: where its group was merged to, in its group's open incident, or in a new one. A recovery
# that was kept for it ends the episode at once.
_PLACE = """
WITH forgotten AS (
    UPDATE episodes SET recovered_at = greatest(started_at, incidents.last_alert_at)
    FROM incidents
    WHERE %(is_news)s AND NOT %(has_cycle)s
        AND incidents.id = episodes.incident_id AND incidents.state <> 'open'
        AND incidents.last_alert_at < %(happened_at)s
        AND episodes.episode_key = %(episode_key)s AND episodes.recovered_at IS NULL
    RETURNING episodes.id
), joined AS (
    UPDATE episodes SET
        started_at = CASE
            WHEN %(is_recovery)s THEN started_at ELSE least(started_at, %(happened_at)s) END,
        recovered_at = CASE
            WHEN NOT %(is_recovery)s THEN recovered_at
            WHEN NOT %(has_cycle)s AND EXISTS (
                SELECT FROM webhook_events
                WHERE webhook_events.incident_id = episodes.incident_id
                    AND webhook_events.episode_key = %(episode_key)s
                    AND happened_at > %(happened_at)s AND transition <> 'Recovered'
            ) THEN recovered_at
            ELSE coalesce(recovered_at, greatest(started_at, %(happened_at)s)) END
    WHERE id = (
        SELECT id FROM episodes
        WHERE episode_key = %(episode_key)s AND id NOT IN (SELECT id FROM forgotten)
            AND (%(has_cycle)s OR recovered_at IS NULL OR recovered_at >= %(happened_at)s)
        ORDER BY recovered_at NULLS LAST
        LIMIT 1
    )
    RETURNING incident_id
), rejoined AS (
    UPDATE incidents SET
        first_alert_at = CASE WHEN %(is_recovery)s
            THEN first_alert_at ELSE least(first_alert_at, %(happened_at)s) END,
        last_alert_at = greatest(last_alert_at, %(happened_at)s),
        priority = coalesce(least(nullif(priority, ''), nullif(%(priority)s::text, '')), '')
    FROM joined
    WHERE incidents.id = joined.incident_id
    RETURNING incidents.id, incidents.key
), kept AS (
    UPDATE webhook_events SET
        status = 'processed', processed_at = now(), leased_until = NULL,
        episode_key = %(episode_key)s
    WHERE id = %(event_id)s AND %(is_recovery)s AND NOT EXISTS (SELECT FROM joined)
), beginning AS (
    SELECT %(happened_at)s::timestamptz AS happened_at
    WHERE NOT %(is_recovery)s AND NOT EXISTS (SELECT FROM joined)
), overtook AS (
    SELECT event.id, event.alert, event.happened_at, event.alert ->> 'priority' AS priority
    FROM beginning, LATERAL (
        SELECT * FROM webhook_events
        WHERE episode_key = %(episode_key)s AND incident_id IS NULL
            AND webhook_events.happened_at >= beginning.happened_at
        ORDER BY webhook_events.happened_at, id
        LIMIT 1
    ) event
), latest AS (
    SELECT greatest(beginning.happened_at, overtook.happened_at) AS at,
        least(nullif(%(priority)s::text, ''), nullif(overtook.priority, '')) AS priority
    FROM beginning LEFT JOIN overtook ON true
), followed AS (
    UPDATE incidents SET
        last_alert_at = greatest(last_alert_at, latest.at),
        priority = coalesce(least(nullif(incidents.priority, ''), latest.priority), '')
    FROM latest
    WHERE state = 'open' AND id = (
        SELECT merged_into FROM incidents
        WHERE group_key = %(group_key)s AND merged_into IS NOT NULL
        ORDER BY id DESC LIMIT 1
    )
    RETURNING id, key
), opened AS (
    INSERT INTO incidents (
        key, state, title, group_key, service, env, monitor_id, priority,
        first_alert_at, last_alert_at
    )
    SELECT left(replace(gen_random_uuid()::text, '-', ''), 10), 'open', %(title)s, %(group_key)s,
        %(service)s, %(env)s, %(monitor_id)s::bigint, coalesce(latest.priority, ''),
        beginning.happened_at, latest.at
    FROM beginning, latest
    WHERE NOT EXISTS (SELECT FROM followed)
    ON CONFLICT (group_key) WHERE state = 'open' DO UPDATE SET
        first_alert_at = least(incidents.first_alert_at, excluded.first_alert_at),
        last_alert_at = greatest(incidents.last_alert_at, excluded.last_alert_at),
        priority = coalesce(
            least(nullif(incidents.priority, ''), nullif(excluded.priority, '')), ''
        )
    RETURNING id, key
), begun AS (
    SELECT id, key FROM followed UNION ALL SELECT id, key FROM opened
), episode AS (
    INSERT INTO episodes (
        incident_id, episode_key, monitor_id, title, scope, started_at, recovered_at
    )
    SELECT begun.id, %(episode_key)s, %(monitor_id)s::bigint, %(title)s, %(scope)s::text[],
        beginning.happened_at, overtook.happened_at
    FROM begun, beginning LEFT JOIN overtook ON true
), adopted AS (
    UPDATE webhook_events SET status = 'pending', processed_at = NULL
    FROM overtook
    WHERE webhook_events.id = overtook.id
)
SELECT place.id, place.key, overtook.id AS recovery, overtook.alert
FROM (SELECT id, key FROM rejoined UNION ALL SELECT id, key FROM begun) AS place
LEFT JOIN overtook ON true
"""

_ASSIGN = """
UPDATE webhook_events SET
    leased_until = now() + %s, incident_id = placed.incident_id, episode_key = placed.episode_key
FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS placed (id, incident_id, episode_key)
WHERE webhook_events.id = placed.id
"""


async def place_all(
    connection: Connection, arrivals: Sequence[Arrival], rules: GroupingRules, lease: timedelta
) -> list[tuple[Arrival, Place]]:
    """Leases each arrival; with its place, in the order in which the alerts happened.

    A recovery of nothing we know is left out: it is kept for the alert that it overtook.
    """
    known = [(arrival, arrival.place) for arrival in arrivals if arrival.place]
    new = [arrival for arrival in arrivals if arrival.place is None]
    await _take_turns(connection, [arrival.alert for arrival in new], rules)
    placed = known + await _place(connection, sorted(new, key=_happening), rules)
    await _assign(connection, placed, lease)
    return sorted(placed, key=lambda pair: _happening(pair[0]))


def _happening(arrival: Arrival) -> tuple[float, int]:
    return arrival.alert.happened_at.timestamp(), arrival.event_id


async def _take_turns(
    connection: Connection, alerts: Sequence[Alert], rules: GroupingRules
) -> None:
    names = {index_key(group_key(alert, rules)) for alert in alerts}
    names |= {index_key(episode_key(alert)) for alert in alerts}
    await connection.execute(_TAKE_TURNS, (sorted(names),))


async def _place(
    connection: Connection, arrivals: Sequence[Arrival], rules: GroupingRules
) -> list[tuple[Arrival, Place]]:
    """The arrivals' places, each with that of a recovery which overtook it."""
    if not arrivals:
        return []
    placed: list[tuple[Arrival, Place]] = []
    async with connection.cursor() as cursor:
        values = [_values(arrival, rules) for arrival in arrivals]
        await cursor.executemany(_PLACE, values, returning=True)
        for arrival in arrivals:
            placed += _read_places(arrival, await cursor.fetchone())
            cursor.nextset()
    return placed


def _read_places(arrival: Arrival, row: DictRow | None) -> Iterator[tuple[Arrival, Place]]:
    if row is None:
        return  # a recovery of nothing that we know
    place = Place(row["id"], row["key"], index_key(episode_key(arrival.alert)))
    yield arrival, place
    if row["recovery"] is not None:
        yield Arrival(row["recovery"], read(Alert, row["alert"])), place


def _values(arrival: Arrival, rules: GroupingRules) -> dict[str, object]:
    alert = arrival.alert
    monitor_id = bigint(alert.monitor_id)
    return {
        # As wide as their columns: a batch whose numbers differ in width is planned anew for each.
        "event_id": Int8(arrival.event_id),
        "monitor_id": None if monitor_id is None else Int8(monitor_id),
        "episode_key": index_key(episode_key(alert)),
        "group_key": index_key(group_key(alert, rules)),
        "has_cycle": bool(alert.cycle_key),
        "is_recovery": alert.transition.is_recovery,
        "is_news": alert.transition.is_news,
        "happened_at": alert.happened_at,
        "priority": storable(alert.priority),
        "title": storable(alert.monitor_name or alert.title),
        "service": storable(alert.label("service")),
        "env": storable(alert.label("env")),
        "scope": [storable(pair) for pair in alert.scope],
    }


async def _assign(
    connection: Connection, placed: Sequence[tuple[Arrival, Place]], lease: timedelta
) -> None:
    await connection.execute(
        _ASSIGN,
        (
            lease,
            [arrival.event_id for arrival, _ in placed],
            [place.incident_id for _, place in placed],
            [place.episode_key for _, place in placed],
        ),
    )
