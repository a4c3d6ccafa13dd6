"""Finds each claimed alert its incident, inside the relay's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
    is_of_its_group: bool = True  # else it follows an incident that was merged into this one


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

# All that becomes of one alert, so that a batch of them is one round trip. It locks the incident,
# against its end meanwhile, and leaves what the incident is told to the end of the batch: a row
# that is written for each alert of a storm grows a version for each, and all of them are looked
# through for the next. By its parts, in order:
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
    SELECT id, key FROM incidents WHERE id = (SELECT incident_id FROM joined) FOR NO KEY UPDATE
), kept AS (
    UPDATE webhook_events SET
        status = 'processed', processed_at = now(), leased_until = NULL,
        episode_key = %(episode_key)s
    WHERE id = %(event_id)s AND %(is_recovery)s AND NOT EXISTS (SELECT FROM joined)
), beginning AS (
    SELECT %(happened_at)s::timestamptz AS happened_at
    WHERE NOT %(is_recovery)s AND NOT EXISTS (SELECT FROM joined)
), overtook AS (
    SELECT event.id, event.alert, event.happened_at
    FROM beginning, LATERAL (
        SELECT * FROM webhook_events
        WHERE episode_key = %(episode_key)s AND incident_id IS NULL
            AND webhook_events.happened_at >= beginning.happened_at
        ORDER BY webhook_events.happened_at, id
        LIMIT 1
    ) event
), followed AS (
    SELECT incidents.id, key FROM beginning, incidents
    WHERE state = 'open' AND incidents.id = (
        SELECT merged_into FROM incidents
        WHERE group_key = %(group_key)s AND merged_into IS NOT NULL
        ORDER BY id DESC LIMIT 1
    )
    FOR NO KEY UPDATE OF incidents
), found AS (
    SELECT id, key FROM beginning, incidents
    WHERE group_key = %(group_key)s AND state = 'open' AND NOT EXISTS (SELECT FROM followed)
    FOR NO KEY UPDATE OF incidents
), opened AS (
    INSERT INTO incidents (
        key, state, title, group_key, service, env, monitor_id, priority,
        first_alert_at, last_alert_at
    )
    SELECT left(replace(gen_random_uuid()::text, '-', ''), 10), 'open', %(title)s, %(group_key)s,
        %(service)s, %(env)s, %(monitor_id)s::bigint, %(priority)s, happened_at, happened_at
    FROM beginning
    WHERE NOT EXISTS (SELECT FROM followed) AND NOT EXISTS (SELECT FROM found)
    ON CONFLICT (group_key) WHERE state = 'open' DO UPDATE SET group_key = excluded.group_key
    RETURNING id, key
), begun AS (
    SELECT id, key, false AS is_of_its_group FROM followed
    UNION ALL SELECT id, key, true FROM found
    UNION ALL SELECT id, key, true FROM opened
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
SELECT place.id, place.key, place.is_of_its_group, overtook.id AS recovery, overtook.alert
FROM (
    SELECT id, key, true AS is_of_its_group FROM rejoined
    UNION ALL SELECT id, key, is_of_its_group FROM begun
) AS place
LEFT JOIN overtook ON true
"""

# By itself the planner would plan that statement anew for each alert, at three times its own cost.
_PLAN_ONCE = "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"

# What the incidents were told by a batch, at once. Of an incident that another was merged into, the
# first alert is its own.
_TELL = """
UPDATE incidents SET
    first_alert_at = least(first_alert_at, told.first_at),
    last_alert_at = greatest(last_alert_at, told.last_at),
    priority = coalesce(least(nullif(incidents.priority, ''), told.priority), '')
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::text[])
    AS told (id, first_at, last_at, priority)
WHERE incidents.id = told.id
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
    await connection.execute(_PLAN_ONCE)
    placed: list[tuple[Arrival, Place]] = []
    for together in _apart(arrivals):
        found: list[tuple[Arrival, Place]] = []
        async with connection.cursor() as cursor:
            values = [_values(arrival, rules) for arrival in together]
            await cursor.executemany(_PLACE, values, returning=True)
            for arrival in together:
                found += _read_places(arrival, await cursor.fetchone())
                cursor.nextset()
        await _tell(connection, found)
        placed += found
    return placed


def _apart(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """So that news which may forget an episode knows all that its incident was told of it."""
    together: list[Arrival] = []
    known: set[str] = set()
    for arrival in arrivals:
        key = episode_key(arrival.alert)
        if key in known and not arrival.alert.cycle_key and arrival.alert.transition.is_news:
            yield together
            together, known = [], set()
        together.append(arrival)
        known.add(key)
    if together:
        yield together


def _read_places(arrival: Arrival, row: DictRow | None) -> Iterator[tuple[Arrival, Place]]:
    if row is None:
        return  # a recovery of nothing that we know
    key = index_key(episode_key(arrival.alert))
    place = Place(row["id"], row["key"], key, is_of_its_group=row["is_of_its_group"])
    yield arrival, place
    if row["recovery"] is not None:
        yield Arrival(row["recovery"], read(Alert, row["alert"])), place


async def _tell(connection: Connection, placed: Sequence[tuple[Arrival, Place]]) -> None:
    told: dict[int, list[tuple[Alert, Place]]] = {}
    for arrival, place in placed:
        told.setdefault(place.incident_id, []).append((arrival.alert, place))
    await connection.execute(
        _TELL,
        (
            list(told),
            [_first_of(alerts) for alerts in told.values()],
            [max(alert.happened_at for alert, _ in alerts) for alerts in told.values()],
            [_most_urgent(alerts) for alerts in told.values()],
        ),
    )


def _first_of(alerts: Iterable[tuple[Alert, Place]]) -> datetime | None:
    moments = [
        alert.happened_at
        for alert, place in alerts
        if place.is_of_its_group and not alert.transition.is_recovery
    ]
    return min(moments, default=None)


def _most_urgent(alerts: Iterable[tuple[Alert, Place]]) -> str | None:
    return min((storable(alert.priority) for alert, _ in alerts if alert.priority), default=None)


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
