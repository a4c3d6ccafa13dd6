"""The short form of a storm: a thousand deliveries, six kills, Temporal away for ten seconds.

`python -m tests.chaos` is the long form.
"""

from pathlib import Path

import pytest

from tests.chaos.plan import VICTIMS, Wanted
from tests.chaos.run import run
from tests.chaos.telling import plan
from tests.e2e.folders import short_folder

SEED = 1
PATIENCE = 120  # seconds


def test_a_seed_makes_the_same_storm_again() -> None:
    assert plan(Wanted(seed=SEED)) == plan(Wanted(seed=SEED))
    assert plan(Wanted(seed=SEED)) != plan(Wanted(seed=SEED + 1))


def test_every_process_is_among_those_killed() -> None:
    assert {kill.victim for kill in plan(Wanted(seed=SEED)).kills} == set(VICTIMS)


def test_a_storm_has_as_many_deliveries_as_were_wanted() -> None:
    storm = plan(Wanted(seed=SEED))

    assert len(storm.postings) + len(storm.again) == storm.wanted.deliveries
    assert len({posting.number for posting in storm.postings}) == len(storm.postings)


@pytest.mark.timeout(240)
async def test_nothing_is_lost_and_nothing_doubled_whatever_is_killed() -> None:
    with short_folder() as folder:
        report = await run(Wanted(seed=SEED), folder / "state", patience=PATIENCE)
        log = _log(folder)

    assert report.broken == [], log


def _log(folder: Path) -> str:
    return (folder / "state.log").read_text(errors="replace")[-20_000:]
