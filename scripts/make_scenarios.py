"""Writes the sandbox's scenarios: python -m scripts.make_scenarios [FOLDER]."""

import sys
from collections.abc import Callable
from pathlib import Path

from scripts.stories import (
    bad_deploy,
    failing_dependency,
    feature_flag,
    flap_no_cause,
    saturated_host,
)
from scripts.stories.story import Story

SCENARIOS = Path(__file__).parents[1] / "dd_lib" / "sandbox" / "scenarios"
STORIES: tuple[Callable[[], Story], ...] = (
    bad_deploy.tell,
    saturated_host.tell,
    failing_dependency.tell,
    feature_flag.tell,
    flap_no_cause.tell,
)


def write_scenarios(folder: Path) -> list[Path]:
    """The same files, byte for byte, on every run."""
    written = []
    for tell in STORIES:
        story = tell()
        story.write(folder / story.name)
        written.append(folder / story.name)
    return written


if __name__ == "__main__":
    for path in write_scenarios(Path(sys.argv[1]) if len(sys.argv) > 1 else SCENARIOS):
        print(path)
