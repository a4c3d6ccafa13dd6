"""Writes the sandbox's scenarios: python -m scripts.make_scenarios [FOLDER]."""

import sys
from collections.abc import Callable
from pathlib import Path

from scripts.stories import (
    bad_deploy,
    broken_contract,
    disk_full,
    expired_certificate,
    failing_dependency,
    feature_flag,
    flag_stampede,
    flap_no_cause,
    hourly_flap,
    migration_lock,
    missing_index,
    name_resolution,
    overlapping_jobs,
    pool_too_small,
    provider_down,
    retry_storm,
    rotated_password,
    saturated_host,
    short_timeout,
    slow_leak,
    traffic_surge,
    two_hops_down,
)
from scripts.stories.story import Story

SCENARIOS = Path(__file__).parents[1] / "dd_lib" / "sandbox" / "scenarios"
STORIES: tuple[Callable[[], Story], ...] = (
    bad_deploy.tell,
    saturated_host.tell,
    failing_dependency.tell,
    feature_flag.tell,
    flap_no_cause.tell,
    two_hops_down.tell,
    pool_too_small.tell,
    flag_stampede.tell,
    migration_lock.tell,
    provider_down.tell,
    traffic_surge.tell,
    slow_leak.tell,
    disk_full.tell,
    broken_contract.tell,
    expired_certificate.tell,
    hourly_flap.tell,
    missing_index.tell,
    name_resolution.tell,
    overlapping_jobs.tell,
    retry_storm.tell,
    rotated_password.tell,
    short_timeout.tell,
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
