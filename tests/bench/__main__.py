"""`python -m tests.bench [NAME ...]`: what Rayne costs, beside what the least would cost.

Milliseconds and rates tell of the machine; the ratios, taken in the same run, tell of Rayne.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console

from tests.bench import acknowledging, bursting
from tests.bench.telling import Table
from tests.e2e.folders import short_folder

BENCHES: dict[str, Callable[[Path], Awaitable[Table]]] = {
    "a": acknowledging.measure,
    "b": bursting.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], metavar="NAME")
    names = parser.parse_args().names or list(BENCHES)
    console, tables = Console(width=100), []
    for name in names:
        with short_folder() as folder:
            table = asyncio.run(BENCHES[name](folder))
        table.print(console)
        tables.append(table)
    return 1 if any(table.missed for table in tables) else 0


if __name__ == "__main__":
    sys.exit(main())
