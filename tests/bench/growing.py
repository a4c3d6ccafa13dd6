"""(e) What a million stored deliveries cost whoever comes next, beside what a thousand do."""

from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.bench.deliveries import bodies
from tests.bench.fronts import front
from tests.bench.loading import Loader, Target, a_loader
from tests.bench.servers import a_database
from tests.bench.telling import Table, Wanted
from tests.filling import PER_INCIDENT, fill

SIZES = (1_000, 100_000, 1_000_000)  # deliveries; a tenth as many incidents
ACKNOWLEDGED, RATE = 1_000, 150  # deliveries, a second
ASKED = 150  # times for each page
ALLOWED = 1.5  # times what it takes with the fewest

_HAND_OVER = """
UPDATE webhook_events SET status = 'processed', processed_at = now() WHERE status = 'pending'
"""


@dataclass(frozen=True)
class Question:
    name: str
    path: str  # {middle}: the id of a delivery in the middle, {incident}: of an incident there


COUNTS = "counts"  # exact ones, for which each delivery is read: told, not judged
QUESTIONS = (
    Question("events, first page", "/v1/webhooks/events"),
    Question("events, from the middle", "/v1/webhooks/events?before={middle}"),
    Question("events that failed", "/v1/webhooks/events?status=failed"),
    Question("one event", "/v1/webhooks/events/{middle}"),
    Question("a monitor's events", "/v1/webhooks/monitor/7"),
    Question(COUNTS, "/v1/webhooks/stats"),
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
            fill(address, filled, size, raw=bodies(1)[0])
            filled = size
            with a_loader() as loader:
                found[size] = await _acknowledge(loader, port, address)
                found[size] |= await _ask_all(loader, port, size)
    return _table(found)


async def _acknowledge(loader: Loader, port: int, address: str) -> Found:
    target = Target(port, "/v1/webhooks/receive")
    await loader.pace(target, bodies(ACKNOWLEDGED), rate=RATE, abreast=8)
    paced = await loader.pace(target, bodies(ACKNOWLEDGED), rate=RATE, abreast=8)
    assert not paced.bad, paced.bad[:3]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(_HAND_OVER)
        connection.execute("VACUUM ANALYZE webhook_events")
    return {
        f"{ACKNOWLEDGEMENT}, p50": 1000 * paced.percentile(0.5),
        f"{ACKNOWLEDGEMENT}, p99": 1000 * paced.percentile(0.99),
    }


async def _ask_all(loader: Loader, port: int, size: int) -> Found:
    found = {}
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
    for name in [one for one in found[SIZES[0]] if one != COUNTS]:
        ratio = found[SIZES[-1]][name] / found[SIZES[0]][name]
        table.judge(f"{name}, times with the fewest", ratio, Wanted(most=ALLOWED))
    return table
