"""What was once asked of Datadog, the sandbox answers alike: same status, same shape."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.oracle import Oracle
from tests.contract.recorded.differences import (
    LEFT_OUT,
    NOTHING_LISTED,
    WORDED_OTHERWISE,
    Operation,
)
from tests.contract.recorded.replay import Pair, replay
from tests.contract.recorded.shapes import conflicts, emptied, lacking, shape_of

PAIRS = 174  # in the pinned recordings, of the operations in use


@pytest.fixture(scope="module")
async def pairs(
    recordings: list[dict[str, Any]], oracle: Oracle, figures: Counter[str]
) -> list[Pair]:
    found = await replay(recordings, oracle)
    figures["recorded requests, answered by the sandbox with the recorded status"] = len(found)
    figures["scenarios that they belong to"] = len({pair.recording["scenario"] for pair in found})
    return found


def test_every_recorded_request_is_asked_again(pairs: list[Pair]) -> None:
    assert len(pairs) == PAIRS


def test_every_status_is_the_recorded_one(pairs: list[Pair]) -> None:
    others = [
        (pair.name, pair.recording["response"]["status"], pair.status, pair.content)
        for pair in pairs
        if pair.status != pair.recording["response"]["status"]
    ]

    assert others == []


def test_every_answer_is_as_datadog_describes_it(pairs: list[Pair], oracle: Oracle) -> None:
    violations = [
        (pair.name, found)
        for pair in pairs
        if (found := oracle.response_violations(*pair.asked, pair.status, pair.content))
    ]

    assert violations == []


def test_nothing_is_of_another_kind_than_recorded(pairs: list[Pair], figures: Counter[str]) -> None:
    found = [
        (pair.name, conflict)
        for pair in pairs
        for conflict in conflicts(shape_of(pair.recorded), shape_of(pair.ours))
    ]

    assert found == []
    figures["places of those answers that hold the recorded kind of value"] = sum(
        len(shape_of(pair.recorded).keys() & shape_of(pair.ours).keys()) for pair in pairs
    )


def test_refusals_are_in_the_recorded_words(pairs: list[Pair], figures: Counter[str]) -> None:
    refusals = [pair for pair in pairs if pair.status >= 400]

    others = {pair.recording["scenario"] for pair in refusals if pair.ours != pair.recorded}

    assert others == set(WORDED_OTHERWISE)
    assert len(refusals) > 20
    figures["recorded refusals, in the recorded words"] = len(refusals) - len(others)


def test_only_what_is_listed_is_left_out(pairs: list[Pair], oracle: Oracle) -> None:
    unlisted = {
        (operation, place)
        for operation, place in left_out(pairs, oracle)
        if not any(_is_in(place, listed) for listed in LEFT_OUT.get(operation, ()))
    }

    assert unlisted == set()


def test_all_that_is_listed_is_left_out(
    pairs: list[Pair], oracle: Oracle, figures: Counter[str]
) -> None:
    found: dict[Operation, list[str]] = defaultdict(list)
    for operation, place in left_out(pairs, oracle):
        found[operation].append(place)

    outdated = {
        (operation, listed)
        for operation, places in LEFT_OUT.items()
        for listed in places
        if not any(_is_in(place, listed) for place in found[operation])
    }

    assert outdated == set()
    figures["optional attributes that the sandbox leaves out, by list"] = sum(
        len(set(places)) for places in found.values()
    )


def test_only_what_is_listed_finds_nothing(pairs: list[Pair], figures: Counter[str]) -> None:
    found = {
        pair.recording["scenario"]
        for pair in pairs
        if emptied(shape_of(pair.recorded), shape_of(pair.ours))
    }

    assert found == set(NOTHING_LISTED)
    for scenario, reason in NOTHING_LISTED.items():
        figures[f"nothing listed in {scenario}: {reason}"] = 1


def left_out(pairs: list[Pair], oracle: Oracle) -> Iterator[tuple[Operation, str]]:
    for pair in pairs:
        for place in lacking(shape_of(pair.recorded), shape_of(pair.ours)):
            yield oracle.operation_of(*pair.asked), place


def _is_in(place: str, listed: str) -> bool:
    return place == listed or place.startswith((f"{listed}.", f"{listed}["))
