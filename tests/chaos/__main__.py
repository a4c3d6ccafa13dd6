"""`python -m tests.chaos --deliveries 10000 --kills 20 --seed N`: a storm, told as a table."""

import argparse
import asyncio
import shutil
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.plan import Wanted
from tests.chaos.run import Report, run
from tests.e2e.folders import short_folder

LONG = Wanted(seed=1, deliveries=10_000, kills=20, stories=100, length=240, outage=120)
PATIENCE = 300.0  # seconds
SHOWN = 40


def main() -> int:
    given = _arguments()
    wanted = replace(LONG, **{name: value for name, value in vars(given).items() if name != "log"})
    with short_folder() as folder:
        try:
            report = asyncio.run(run(wanted, folder / "state", patience=PATIENCE))
        finally:
            if given.log:
                shutil.copy(folder / "state.log", given.log)
    tell(report, Console(width=110))
    return 1 if report.broken else 0


def tell(report: Report, console: Console) -> None:
    wanted = report.storm.wanted
    table = Table("what", "counted", "broken", title=f"storm {wanted.seed}")
    for finding in report.findings:
        table.add_row(finding.what, f"{finding.counted}", f"{len(finding.broken)}")
    console.print(table)
    victims = Counter(kill.victim for kill in report.storm.kills)
    console.print(f"kill -9: {report.kills} ({', '.join(f'{n} {v}' for v, n in victims.items())})")
    console.print(f"acknowledgements: {_percentiles(report.latencies())}")
    outage = f"during the outage of {wanted.outage:g} s"
    console.print(f"{outage}: {_percentiles(report.latencies(in_outage=True))}")
    settled = f"{report.settled_after:.0f} s" if report.settled_after is not None else "never"
    console.print(f"settled after {settled}; {report.sent.tries} tries; {report.took:.0f} s in all")
    for case in report.broken[:SHOWN]:
        console.print(f"BROKEN {case}", markup=False)


def _percentiles(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    half, most = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    return f"{len(seconds)}, p50 {half * 1000:.0f} ms, p99 {most * 1000:.0f} ms"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=LONG.seed)
    parser.add_argument("--deliveries", type=int, default=LONG.deliveries)
    parser.add_argument("--kills", type=int, default=LONG.kills)
    parser.add_argument("--stories", type=int, default=LONG.stories)
    parser.add_argument("--length", type=float, default=LONG.length, help="seconds")
    parser.add_argument("--outage", type=float, default=LONG.outage, help="of Temporal, seconds")
    parser.add_argument("--turns", type=int, default=0, help="of a scripted model")
    parser.add_argument("--log", type=Path, help="where the processes' output is kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
