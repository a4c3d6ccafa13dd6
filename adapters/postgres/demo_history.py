"""Seeded incidents that are over: as the relay and their workflows would have left them."""

from collections.abc import Sequence
from datetime import timedelta

from adapters.postgres.database import Connection
from adapters.postgres.documents import index_key
from adapters.postgres.inbox import event_row
from domain.deliveries import Delivery
from domain.demo_history import SeededIncident, Seeds
from domain.incidents import episode_key

_RELAYED_WITHIN = timedelta(milliseconds=200)

_KNOWN = """
SELECT delivery_key FROM webhook_events WHERE delivery_key = ANY(%s) AND NOT key_released
"""

# What is there without a mark was never seeded, so it gets none.
_MARK = """
INSERT INTO demo_deliveries (delivery_key) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING
"""

# A larger count goes on with an incident that a smaller one cut short.
_PUT_INCIDENT = """
INSERT INTO incidents (
    key, state, title, group_key, service, env, monitor_id, priority, opened_at, first_alert_at,
    last_alert_at, ended_at
)
VALUES (
    %(key)s, %(state)s, %(title)s, %(group_key)s, %(service)s, %(env)s, %(monitor_id)s,
    %(priority)s, %(opened_at)s, %(first_alert_at)s, %(last_alert_at)s, %(ended_at)s
)
ON CONFLICT (key) DO UPDATE SET
    state = excluded.state, priority = excluded.priority,
    last_alert_at = excluded.last_alert_at, ended_at = excluded.ended_at
RETURNING id
"""

_CLEAR_EPISODES = "DELETE FROM episodes WHERE incident_id = %s"

_ADD_EPISODE = """
INSERT INTO episodes (
    incident_id, episode_key, monitor_id, title, scope, started_at, recovered_at
)
VALUES (
    %(incident_id)s, %(key)s, %(monitor_id)s, %(title)s, %(scope)s, %(started_at)s,
    %(recovered_at)s
)
"""

_ADD_EVENT = """
INSERT INTO webhook_events (
    raw, content_type, received_at, delivery_key, key_expires, payload, alert, event_id, org_id,
    monitor_id, monitor_name, alert_status, transition, happened_at, status, processed_at,
    incident_id, episode_key
)
VALUES (
    %(raw)s, %(content_type)s, %(received_at)s, %(delivery_key)s, %(key_expires)s, %(payload)s,
    %(alert)s, %(event_id)s, %(org_id)s, %(monitor_id)s, %(monitor_name)s, %(alert_status)s,
    %(transition)s, %(happened_at)s, 'processed', %(processed_at)s, %(incident_id)s,
    %(episode_key)s
)
"""


async def add_history(connection: Connection, seeds: Seeds) -> int:
    """Returns how many deliveries are new. The live ones are marked only, the inbox takes them."""
    known = await _known(connection, seeds.keys)
    await connection.execute(_MARK, ([key for key in seeds.keys if key not in known],))
    placed: list[tuple[Delivery, int]] = []
    for incident in sorted(seeds.past, key=lambda incident: incident.opened_at):
        new = [delivery for delivery in incident.deliveries if delivery.key not in known]
        if new:
            incident_id = await _put_incident(connection, incident)
            placed += [(delivery, incident_id) for delivery in new]
    # Ids follow the order of arrival, as those of real deliveries do.
    placed.sort(key=lambda pair: pair[0].received_at)
    async with connection.cursor() as cursor:
        await cursor.executemany(_ADD_EVENT, [_event(*pair) for pair in placed])
    return len(placed)


async def _known(connection: Connection, keys: Sequence[str]) -> set[str]:
    cursor = await connection.execute(_KNOWN, ([index_key(key) for key in keys],))
    return {row["delivery_key"] async for row in cursor}


async def _put_incident(connection: Connection, incident: SeededIncident) -> int:
    row = incident.model_dump(exclude={"episodes", "deliveries"})
    cursor = await connection.execute(_PUT_INCIDENT, row)
    stored = await cursor.fetchone()
    assert stored, "an upsert that updates on conflict always returns its row"
    incident_id: int = stored["id"]
    await connection.execute(_CLEAR_EPISODES, (incident_id,))
    async with connection.cursor() as every:
        await every.executemany(
            _ADD_EPISODE,
            [
                episode.model_dump() | {"incident_id": incident_id, "scope": list(episode.scope)}
                for episode in incident.episodes
            ],
        )
    return incident_id


def _event(delivery: Delivery, incident_id: int) -> dict[str, object]:
    assert delivery.alert, "every seeded delivery can be read"
    return event_row(delivery) | {
        "incident_id": incident_id,
        "episode_key": episode_key(delivery.alert),
        "processed_at": delivery.received_at + _RELAYED_WITHIN,
    }
