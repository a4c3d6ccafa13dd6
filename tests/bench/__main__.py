"""`python -m tests.bench [NAME ...]`: what Rayne costs, beside what the least would cost.

Milliseconds and rates tell of the machine; the ratios, taken in the same run, tell of Rayne. Run it
on a machine that does nothing else.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import acknowledging, analysing, bursting, growing, remembering, starting
from tests.bench.telling import Table
from tests.e2e.folders import short_folder

BENCHES: dict[str, Callable[[Path], Coroutine[Any, Any, Table]]] = {
    "a": acknowledging.measure,
    "b": bursting.measure,
    "c": analysing.measure,
    "d": remembering.measure,
    "e": growing.measure,
    "f": starting.measure,
}


def main() -> int:
    """1 where a figure misses what is wanted of it."""
    given = _arguments()
    console, tables = Console(width=100), []
    for name in given.names or BENCHES:
        with short_folder() as folder:
            table = asyncio.run(BENCHES[name](folder))
        table.print(console)
        tables.append(table)
    if given.plot:
        from tests.bench.plotting import plot  # noqa: PLC0415 -- only who plots needs its library

        plot(tables, given.plot)
        console.print(f"plotted in {given.plot}")
    return 1 if any(table.missed for table in tables) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}")
    parser.add_argument("--plot", type=Path, help="where to write an SVG of what is judged")
    given = parser.parse_args()
    unknown = set(given.names) - set(BENCHES)
    if unknown:
        parser.error(f"there is no benchmark {sorted(unknown)}")
    return given


if __name__ == "__main__":
    sys.exit(main())
