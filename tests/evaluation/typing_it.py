"""The command line as a process of its own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(state_dir: Path) -> dict[str, str]:
    """Nothing of the caller's: no key, no address."""
    return {"PATH": "/usr/bin:/bin", "RAYNE_STATE_DIR": str(state_dir)}


def typed(*arguments: str, state_dir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env=environment(state_dir),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
