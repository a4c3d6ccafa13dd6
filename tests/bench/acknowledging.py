"""(a) Acknowledged deliveries, how many and how late, beside a bare endpoint with one insert."""

from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from adapters.postgres.database import Database
from tests.bench.deliveries import bodies
from tests.bench.fronts import BARE_TABLE, front
from tests.bench.loading import Loaded, Loader, Target, a_loader
from tests.bench.servers import a_database
from tests.bench.telling import Table, Wanted

ROUNDS = 9
FLOOD = 1_500  # deliveries of a round
PACED = 2_000
ABREAST = 16
OF_THE_RATE = 0.5  # of what Rayne takes at most, for both: how late is compared at the same load


@dataclass
class Measured:
    rates: list[float] = field(default_factory=list)
    p50s: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)
    bad: int = 0


async def measure(folder: Path) -> Table:
    async with a_database(folder) as address:
        database = Database.connect(address)
        async with database.connection() as connection:
            await connection.execute(BARE_TABLE)
        await database.close()
        async with front("bare", address) as bare, front("receive", address) as receive:
            with a_loader() as loader:
                return await _compare(
                    loader, Target(bare, "/"), Target(receive, "/v1/webhooks/receive")
                )


async def _compare(loader: Loader, bare: Target, receive: Target) -> Table:
    """Slice by slice, so that others' work hits both alike; of the ratios the median counts."""
    found = {bare: Measured(), receive: Measured()}
    for target in found:
        await loader.flood(target, bodies(300), abreast=ABREAST)
    for _ in range(ROUNDS):
        for target, measured in found.items():
            flood = await loader.flood(target, bodies(FLOOD), abreast=ABREAST)
            measured.rates.append(flood.rate)
            measured.bad += len(flood.bad)
    rate = OF_THE_RATE * median(found[receive].rates)
    for _ in range(ROUNDS):
        for target, measured in found.items():
            paced = await loader.pace(target, bodies(PACED), rate=rate, abreast=4 * ABREAST)
            _note(measured, paced)
    return _table(found[bare], found[receive], rate)


def _note(measured: Measured, paced: Loaded) -> None:
    measured.p50s.append(paced.percentile(0.50))
    measured.p99s.append(paced.percentile(0.99))
    measured.bad += len(paced.bad)


def _table(bare: Measured, receive: Measured, rate: float) -> Table:
    table = Table(
        "(a) acknowledgements",
        f"deliveries a second by {ABREAST} connections; milliseconds at {rate:.0f} a second",
        ("", "per second", "p50 ms", "p99 ms", "refused"),
    )
    for name, one in (("bare insert", bare), ("Rayne", receive)):
        table.row(
            name,
            f"{median(one.rates):.0f}",
            f"{1000 * median(one.p50s):.1f}",
            f"{1000 * median(one.p99s):.1f}",
            f"{one.bad}",
        )
    pairs = zip(receive.rates, bare.rates, strict=True)
    table.judge("rate, of the bare insert's", median(a / b for a, b in pairs), Wanted(least=0.6))
    pairs = zip(receive.p99s, bare.p99s, strict=True)
    table.judge("p99, times the bare insert's", median(a / b for a, b in pairs), Wanted(most=2.5))
    return table
