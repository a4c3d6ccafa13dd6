"""(e) What a million stored deliveries cost whoever comes next, beside what a thousand do."""

from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.bench.deliveries import bodies
from tests.bench.fronts import front
from tests.bench.loading import Loader, Target, a_loader
from tests.bench.servers import a_database
from tests.bench.telling import Table, Wanted

SIZES = (1_000, 100_000, 1_000_000)  # deliveries; a tenth as many incidents
PER_INCIDENT = 10
ACKNOWLEDGED, RATE = 1_000, 150  # deliveries, a second
ASKED = 150  # times for each page
ALLOWED = 1.5  # times what it takes with the fewest

# As the inbox and the relay would have left them, with what reads and lists look at.
_FILL_INCIDENTS = """
INSERT INTO incidents (
    key, state, title, group_key, service, env, first_alert_at, last_alert_at, ended_at
)
SELECT 'k' || n, 'resolved', 'Errors are high', 'group-' || n, 'svc-' || n %% 500, 'prod',
    now() - interval '90 days' * random(), now(), now()
FROM generate_series(%(begin)s::int, %(end)s::int - 1) AS n
"""
_FILL_EPISODES = """
INSERT INTO episodes (incident_id, episode_key, monitor_id, title, started_at, recovered_at)
SELECT id, 'episode-' || id, id %% 1000, title, first_alert_at, ended_at FROM incidents
WHERE NOT EXISTS (SELECT FROM episodes WHERE incident_id = incidents.id)
"""
_FILL_ANALYSES = """
INSERT INTO analyses (incident_id, number, state, finished_at, frame)
SELECT id, 1, CASE WHEN id %% 100 = 0 THEN 'failed' ELSE 'finished' END, ended_at, '{}'
FROM incidents WHERE NOT EXISTS (SELECT FROM analyses WHERE incident_id = incidents.id)
"""
_FILL_DELIVERIES = """
INSERT INTO webhook_events (
    raw, content_type, received_at, delivery_key, key_expires, alert, event_id, monitor_id,
    alert_status, transition, happened_at, status, processed_at, incident_id, episode_key
)
SELECT %(raw)s, 'application/json', moment, 'filled-' || n, false, %(alert)s, n::text,
    n %% 1000, CASE WHEN n %% 3 = 0 THEN 'Warn' ELSE 'Alert' END, 'Triggered', moment,
    CASE WHEN n %% 200 = 0 THEN 'failed' ELSE 'processed' END, moment,
    1 + n / %(per_incident)s, 'episode-' || 1 + n / %(per_incident)s
FROM generate_series(%(begin)s::int, %(end)s::int - 1) AS n,
    LATERAL (SELECT now() - interval '90 days' * (1 - n::float / %(end)s) AS moment) AS at
"""


@dataclass(frozen=True)
class Question:
    name: str
    path: str  # {middle}: the id of a delivery in the middle, {incident}: of an incident there


QUESTIONS = (
    Question("events, first page", "/v1/webhooks/events"),
    Question("events, from the middle", "/v1/webhooks/events?before={middle}"),
    Question("events that failed", "/v1/webhooks/events?status=failed"),
    Question("one event", "/v1/webhooks/events/{middle}"),
    Question("a monitor's events", "/v1/webhooks/monitor/7"),
    Question("counts", "/v1/webhooks/stats"),
    Question("incidents, first page", "/v1/incidents"),
    Question("incidents, from the middle", "/v1/incidents?before={incident}"),
    Question("incidents whose analysis failed", "/v1/incidents?analysis=failed"),
    Question("one incident", "/v1/incidents/{incident}"),
    Question("status", "/v1/status"),
)
ACKNOWLEDGEMENT = "acknowledgement"

Found = dict[str, float]  # milliseconds, by what was asked


async def measure(folder: Path) -> Table:
    found: dict[int, Found] = {}
    async with a_database(folder) as address, front("pages", address) as port:
        filled = 0
        for size in SIZES:
            _fill(address, filled, size)
            filled = size
            with a_loader() as loader:
                found[size] = await _ask_all(loader, port, size)
    return _table(found)


def _fill(address: str, begin: int, end: int) -> None:
    """Up to so many deliveries, and an autovacuum's work done."""
    (body,) = bodies(1)
    values = {
        "begin": begin,
        "end": end,
        "per_incident": PER_INCIDENT,
        "raw": body,
        "alert": psycopg.types.json.Jsonb(
            {"happened_at": "2026-01-02T12:00:00Z", "transition": "Triggered", "status": "Alert"}
        ),
    }
    incidents = values | {"begin": begin // PER_INCIDENT, "end": end // PER_INCIDENT + 1}
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(_FILL_INCIDENTS, incidents)
        connection.execute(_FILL_EPISODES)
        connection.execute(_FILL_ANALYSES)
        connection.execute(_FILL_DELIVERIES, values)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


async def _ask_all(loader: Loader, port: int, size: int) -> Found:
    target = Target(port, "/v1/webhooks/receive")
    await loader.pace(target, bodies(ACKNOWLEDGED), rate=RATE, abreast=8)
    paced = await loader.pace(target, bodies(ACKNOWLEDGED), rate=RATE, abreast=8)
    assert not paced.bad, paced.bad[:3]
    found = {ACKNOWLEDGEMENT: 1000 * paced.percentile(0.5)}
    for question in QUESTIONS:
        path = question.path.format(middle=size // 2, incident=size // 2 // PER_INCIDENT)
        asked = await loader.flood(Target(port, path, method="GET"), [b""] * ASKED, abreast=1)
        assert not asked.bad, (path, asked.bad[:3])
        found[question.name] = 1000 * asked.percentile(0.5)
    return found


def _table(found: dict[int, Found]) -> Table:
    table = Table(
        "(e) growth",
        f"milliseconds, p50; acknowledgements at {RATE} a second",
        ("", *(f"{size:,}" for size in SIZES)),
    )
    for name in found[SIZES[0]]:
        table.row(name, *(f"{found[size][name]:.2f}" for size in SIZES))
    for name in found[SIZES[0]]:
        ratio = found[SIZES[-1]][name] / found[SIZES[0]][name]
        table.judge(f"{name}, times with the fewest", ratio, Wanted(most=ALLOWED))
    return table
