"""(b) A burst: from acknowledged to recorded in its incident, beside a workflow per delivery."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psycopg
from psycopg.rows import class_row
from temporalio.service import RPCError

from tests.bench.deliveries import bodies
from tests.bench.doing_nothing import a_worker, do_all
from tests.bench.loading import Target, a_loader
from tests.bench.telling import Table, Wanted
from tests.e2e.parts import Parts, running_parts
from tests.e2e.stack import until
from workflows.incident_lifecycle import IncidentLifecycle

DELIVERIES, INCIDENTS = 5_000, 50
ABREAST = 32
BASELINE = 1_000  # workflows; their rate does not depend on how many there are
PATIENCE = 300  # seconds

# Of the burst alone: what warmed the stage up came before.
_RECORDED = """
SELECT count(*) FILTER (WHERE status = 'processed' AND incident_id IS NOT NULL) AS recorded,
    extract(epoch FROM max(processed_at) - min(received_at))::float AS took,
    extract(epoch FROM max(received_at) - min(received_at))::float AS acknowledged_in,
    array_agg(DISTINCT incident_id) AS incidents
FROM webhook_events WHERE id > %s
"""


@dataclass(frozen=True)
class Recorded:
    recorded: int
    took: float  # seconds from the first acknowledgement to the last signal that Temporal took
    acknowledged_in: float  # seconds
    incidents: list[int]


async def measure(folder: Path) -> Table:
    """As installed, but for the wait before an analysis: what is measured comes before it."""
    async with running_parts(folder / "state", RAYNE_GROUP_WAIT="1h") as parts:
        by_workflow = await _a_workflow_each(parts)
        return await _burst(parts, by_workflow)


async def _a_workflow_each(parts: Parts) -> float:
    """How many a second; measured before, while nothing else runs on the server."""
    client = await parts.temporal()
    async with a_worker(parts.temporal_address):
        await do_all(client, range(-50, 0), abreast=ABREAST)
        began = perf_counter()
        await do_all(client, range(BASELINE), abreast=ABREAST)
        return BASELINE / (perf_counter() - began)


async def _burst(parts: Parts, by_workflow: float) -> Table:
    last = await _warmed_up(parts)
    with a_loader() as loader:
        target = Target(parts.api_port, "/v1/webhooks/receive")
        sent = await loader.flood(target, bodies(DELIVERIES, incidents=INCIDENTS), abreast=ABREAST)
    found = await _all_recorded(parts, last)
    known = await _known_to_their_runs(parts, found.incidents)
    rate = found.recorded / found.took
    table = Table(
        "(b) a burst",
        f"{DELIVERIES} deliveries over {INCIDENTS} incidents by {ABREAST} connections",
        ("", "deliveries", "seconds", "per second"),
    )
    table.row(
        "a workflow each", f"{BASELINE}", f"{BASELINE / by_workflow:.1f}", f"{by_workflow:.0f}"
    )
    for what, seconds in (("acknowledged", found.acknowledged_in), ("recorded", found.took)):
        table.row(what, f"{found.recorded}", f"{seconds:.1f}", f"{found.recorded / seconds:.0f}")
    table.judge("refused", len(sent.bad), Wanted(most=0))
    table.judge("incidents", len(found.incidents), Wanted(least=INCIDENTS, most=INCIDENTS))
    table.judge("known to their runs", known, Wanted(least=DELIVERIES))
    table.judge("recorded, times a workflow each", rate / by_workflow, Wanted(least=15))
    return table


async def _warmed_up(parts: Parts) -> int:
    """The last event before the burst, once its incident's run answers: the worker is there."""
    parts.start("worker")
    (body,) = bodies(1, incidents=1)
    reply = await parts.api.post("/v1/webhooks/receive", content=body)
    event_id: int = reply.raise_for_status().json()["event_id"]

    async def runs() -> bool:
        incidents = await parts.incidents()
        return bool(incidents) and await _alerts_of(parts, incidents[0]["id"]) == 1

    await until(runs, PATIENCE)
    return event_id


async def _all_recorded(parts: Parts, last: int) -> Recorded:
    found: list[Recorded] = []

    async def are_recorded() -> bool:
        async with await psycopg.AsyncConnection.connect(
            parts.conninfo, row_factory=class_row(Recorded)
        ) as connection:
            cursor = await connection.execute(_RECORDED, (last,))
            found[:] = await cursor.fetchall()
        return found[0].recorded == DELIVERIES

    await until(are_recorded, PATIENCE)
    return found[0]


async def _known_to_their_runs(parts: Parts, incidents: Iterable[int]) -> int:
    return sum([await _alerts_of(parts, incident) for incident in incidents])


async def _alerts_of(parts: Parts, incident: int) -> int:
    """How many alerts the incident's run was told of; 0 where there is none yet."""
    handle = (await parts.temporal()).get_workflow_handle_for(
        IncidentLifecycle.run, f"incident-{incident}"
    )
    try:
        progress = await handle.query(IncidentLifecycle.progress)
    except RPCError:
        return 0
    return int(progress.steps[0].name.split()[0])
