"""Writes the held-out scenarios: python -m tests.evaluation.make_held_out [FOLDER]."""

import sys
from collections.abc import Callable
from pathlib import Path

from scripts.stories.story import Story
from tests.evaluation.held_out_stories import (
    app_release,
    chatty_gateway,
    clock_drift,
    crash_loop,
    debug_logging,
    evicted_sessions,
    forced_vacuum,
    health_check_path,
    hot_partition,
    new_limit,
    poison_message,
    quiet_night,
    small_heap,
    zone_loss,
)

HELD_OUT = Path(__file__).parent / "held_out"
STORIES: tuple[Callable[[], Story], ...] = (
    hot_partition.tell,
    health_check_path.tell,
    zone_loss.tell,
    quiet_night.tell,
    small_heap.tell,
    new_limit.tell,
    clock_drift.tell,
    app_release.tell,
    chatty_gateway.tell,
    crash_loop.tell,
    debug_logging.tell,
    evicted_sessions.tell,
    forced_vacuum.tell,
    poison_message.tell,
)


def write_held_out(folder: Path) -> None:
    """The same files, byte for byte, on every run."""
    for tell in STORIES:
        story = tell()
        story.write(folder / story.name)


if __name__ == "__main__":
    write_held_out(Path(sys.argv[1]) if len(sys.argv) > 1 else HELD_OUT)
