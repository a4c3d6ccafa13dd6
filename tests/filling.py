"""A database as months of alerts would have left it, made by SQL."""

import psycopg
from psycopg.types.json import Jsonb

PER_INCIDENT = 10

# As the inbox and the relay leave them, with what reads and lists look at. So many are of one
# monitor, failed and so on that the first thousand deliveries fill a page of each list.
_INCIDENTS = """
INSERT INTO incidents (
    key, state, title, group_key, service, env, first_alert_at, last_alert_at, ended_at
)
SELECT 'k' || n, 'resolved', 'Errors are high', 'group-' || n, 'svc-' || n %% 500, 'prod',
    moment, moment, moment + interval '1 hour'
FROM generate_series(%(begin)s::int, %(end)s::int - 1) AS n,
    LATERAL (SELECT now() - interval '90 days' * (1 - n::float / %(end)s) AS moment) AS at
"""
_EPISODES = """
INSERT INTO episodes (incident_id, episode_key, monitor_id, title, started_at, recovered_at)
SELECT id, 'episode-' || id, id %% 10, title, first_alert_at, ended_at FROM incidents
WHERE NOT EXISTS (SELECT FROM episodes WHERE incident_id = incidents.id)
"""
_ANALYSES = """
INSERT INTO analyses (incident_id, number, state, finished_at, frame)
SELECT id, 1,
    CASE WHEN id %% 100 = 0 OR id <= 100 AND id %% 2 = 0 THEN 'failed' ELSE 'finished' END,
    ended_at, '{}'
FROM incidents WHERE NOT EXISTS (SELECT FROM analyses WHERE incident_id = incidents.id)
"""
_DELIVERIES = """
INSERT INTO webhook_events (
    raw, content_type, received_at, delivery_key, key_expires, alert, event_id, monitor_id,
    alert_status, transition, happened_at, status, processed_at, incident_id, episode_key
)
SELECT %(raw)s, 'application/json', moment, 'filled-' || n, false, %(alert)s, n::text,
    n %% 10, CASE WHEN n %% 3 = 0 THEN 'Warn' ELSE 'Alert' END, 'Triggered', moment,
    CASE WHEN n %% 200 = 0 OR n <= 500 AND n %% 10 = 0 THEN 'failed' ELSE 'processed' END, moment,
    1 + n / %(per_incident)s, 'episode-' || 1 + n / %(per_incident)s
FROM generate_series(%(begin)s::int, %(end)s::int - 1) AS n,
    LATERAL (SELECT now() - interval '90 days' * (1 - n::float / %(end)s) AS moment) AS at
"""
_ALERT = {"happened_at": "2026-01-02T12:00:00Z", "transition": "Triggered", "status": "Alert"}


def fill(address: str, begin: int, end: int, *, raw: bytes) -> None:
    """From that many deliveries to that many, all alike, with their incidents; vacuumed."""
    values = {"begin": begin, "end": end, "per_incident": PER_INCIDENT, "raw": raw}
    values["alert"] = Jsonb(_ALERT)
    incidents = values | {
        "begin": begin // PER_INCIDENT + bool(begin),
        "end": end // PER_INCIDENT + 1,
    }
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(_INCIDENTS, incidents)
        connection.execute(_EPISODES, values)
        connection.execute(_ANALYSES, values)
        connection.execute(_DELIVERIES, values)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
