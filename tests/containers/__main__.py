"""`python -m tests.containers storm | image`: what is too heavy to be tried with every commit."""

import asyncio
import sys

from rich.console import Console

from tests.chaos.__main__ import tell
from tests.containers.storm import KILLED, storm
from tests.containers.trial import trial
from tests.e2e.folders import short_folder


def main() -> int:
    if sys.argv[1:] == ["image"]:
        print(trial())
        return 0
    if sys.argv[1:] == ["storm"]:
        return _storm()
    print(__doc__, file=sys.stderr)
    return 2


def _storm() -> int:
    with short_folder() as folder:
        try:
            report = asyncio.run(storm(folder / "state"))
        except BaseException:
            print((folder / "state.log").read_text(errors="replace")[-8_000:])
            raise
    tell(report, Console(width=110))
    print(f"killed, each once: {', '.join(KILLED)}")
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
