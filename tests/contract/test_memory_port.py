"""What every memory promises: the fake, Qdrant in a folder, and Qdrant over HTTP."""

import asyncio
import math
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.qdrant import QdrantMemory
from domain.memory import Embedding, SimilarIncident, Standing
from domain.ports import Memory
from tests.factories import NOON, a_past_incident
from tests.fakes.memory import FakeMemory
from tests.servers.qdrant import QdrantServer

TIMEOUT = timedelta(seconds=10)
MODEL = f"contract-{os.getpid()}-4"
SERVER = os.environ.get("QDRANT_URL")  # noqa: TID251 - a real server takes the stand-in's place


def meaning(*numbers: float) -> Embedding:
    return Embedding(model=MODEL, vector=(*numbers, *(0.0,) * (4 - len(numbers))))


def keys(found: tuple[SimilarIncident, ...]) -> list[str]:
    return [similar.incident.incident_key for similar in found]


async def recall(
    memory: Memory, text: str, embedding: Embedding | None = None, limit: int = 5
) -> tuple[SimilarIncident, ...]:
    return await memory.recall(text, embedding, before=NOON, excluding="the-new-one", limit=limit)


@pytest.fixture
async def in_a_folder(tmp_path: Path) -> AsyncIterator[QdrantMemory]:
    memory = await QdrantMemory.connect(
        url=None, path=tmp_path, api_key=None, model=MODEL, dimension=4, timeout=TIMEOUT
    )
    yield memory
    await memory.aclose()


@pytest.fixture
async def over_http() -> AsyncIterator[QdrantMemory]:
    with QdrantServer() as stand_in:
        url = SERVER or stand_in.url
        memory = await QdrantMemory.connect(
            url=url, path=None, api_key=None, model=MODEL, dimension=4, timeout=TIMEOUT
        )
        yield memory
        await memory.aclose()
        async with httpx.AsyncClient(base_url=url, timeout=10) as http:
            await http.delete(f"/collections/rayne-incidents-{MODEL}")


@pytest.fixture(params=["fake", "in_a_folder", "over_http"])
def memory(request: pytest.FixtureRequest) -> Memory:
    if request.param == "fake":
        return FakeMemory()
    found: Memory = request.getfixturevalue(request.param)
    return found


async def test_an_empty_memory_recalls_nothing(memory: Memory) -> None:
    assert await recall(memory, "payment refused", meaning(1)) == ()


async def test_an_incident_comes_back_as_it_was_remembered(memory: Memory) -> None:
    incident = a_past_incident(monitor_id=42, remediation="drain before a restart")
    await memory.remember(incident, meaning(1))

    found = await recall(memory, incident.text, meaning(1))

    assert [similar.incident for similar in found] == [incident]


async def test_an_incident_remembered_twice_is_one_with_the_latest_words(memory: Memory) -> None:
    await memory.remember(a_past_incident(summary="not known yet"), meaning(1))
    await memory.remember(a_past_incident(summary="a bad release"), meaning(1))

    found = await recall(memory, a_past_incident().text, meaning(1))

    assert [similar.incident.summary for similar in found] == ["a bad release"]


async def test_the_excluded_incident_never_comes_back(memory: Memory) -> None:
    await memory.remember(a_past_incident(incident_key="the-new-one"), meaning(1))

    assert await recall(memory, a_past_incident().text, meaning(1)) == ()


async def test_only_incidents_before_the_moment_come_back(memory: Memory) -> None:
    second = timedelta(seconds=1)
    await memory.remember(a_past_incident(incident_key="at", happened_at=NOON), meaning(1))
    await memory.remember(
        a_past_incident(incident_key="before", happened_at=NOON - second), meaning(1)
    )

    found = await recall(memory, a_past_incident().text, meaning(1))

    assert keys(found) == ["before"]


async def test_words_find_an_incident_that_was_never_embedded(memory: Memory) -> None:
    await memory.remember(a_past_incident(text="kafka disk full"), None)

    (found,) = await recall(memory, "disk of kafka full", meaning(1))

    assert found.matched_by == ("words",)
    assert found.similarity is None


async def test_words_find_an_embedded_incident_without_an_embedding(memory: Memory) -> None:
    await memory.remember(a_past_incident(text="kafka disk full"), meaning(1))

    (found,) = await recall(memory, "disk of kafka full")

    assert found.matched_by == ("words",)


async def test_meaning_finds_an_incident_that_shares_no_word(memory: Memory) -> None:
    await memory.remember(a_past_incident(text="kafka disk full"), meaning(1))

    (found,) = await recall(memory, "volume exhausted", meaning(4, 3))

    assert found.matched_by == ("meaning",)
    assert found.similarity == pytest.approx(0.8, abs=1e-6)


async def test_an_incident_found_both_ways_says_so(memory: Memory) -> None:
    await memory.remember(a_past_incident(text="kafka disk full"), meaning(1))

    (found,) = await recall(memory, "kafka disk full", meaning(1))

    assert found.matched_by == ("meaning", "words")


async def test_an_incident_near_in_neither_way_is_not_shown(memory: Memory) -> None:
    await memory.remember(a_past_incident(text="kafka disk full"), meaning(1))

    assert await recall(memory, "elevator door stuck", meaning(0.2, 1)) == ()


async def test_an_incident_a_little_near_in_both_ways_is_shown(memory: Memory) -> None:
    await memory.remember(a_past_incident(text="kafka disk full of old logs"), meaning(1))

    (found,) = await recall(memory, "kafka offset commit too slow today", meaning(3, 8))

    assert found.matched_by == ("meaning", "words")


async def test_the_nearest_comes_first(memory: Memory) -> None:
    for key, vector in {"far": (3, 4), "near": (9, 1), "middle": (4, 3)}.items():
        await memory.remember(a_past_incident(incident_key=key, text=key), meaning(*vector))

    found = await recall(memory, "something else", meaning(1))

    assert keys(found) == ["near", "middle", "far"]


async def test_of_equals_the_latest_comes_first(memory: Memory) -> None:
    for days in (3, 1, 2):
        incident = a_past_incident(
            incident_key=f"{days} days ago", happened_at=NOON - timedelta(days=days)
        )
        await memory.remember(incident, meaning(1))

    found = await recall(memory, a_past_incident().text, meaning(1))

    assert keys(found) == ["1 days ago", "2 days ago", "3 days ago"]


@pytest.mark.parametrize("count", [1, 2, 3])
async def test_few_incidents_have_scores_that_order(memory: Memory, count: int) -> None:
    for number in range(count):
        await memory.remember(a_past_incident(incident_key=f"{number}"), meaning(1))

    found = await recall(memory, a_past_incident().text, meaning(1))

    assert [math.isfinite(similar.score) for similar in found] == [True] * count


async def test_no_more_come_back_than_asked_for(memory: Memory) -> None:
    for number in range(4):
        await memory.remember(a_past_incident(incident_key=f"{number}"), meaning(1))

    assert len(await recall(memory, a_past_incident().text, meaning(1), limit=2)) == 2


async def test_a_text_without_words_and_meaning_recalls_nothing(memory: Memory) -> None:
    await memory.remember(a_past_incident(), meaning(1))

    assert await recall(memory, "  ") == ()


async def test_a_noted_duration_comes_back(memory: Memory) -> None:
    await memory.remember(a_past_incident(), meaning(1))

    await memory.note_duration("00000000aa", timedelta(minutes=12))

    (found,) = await recall(memory, a_past_incident().text, meaning(1))
    assert found.incident.duration_seconds == 720


async def test_remembering_again_keeps_the_noted_duration(memory: Memory) -> None:
    await memory.remember(a_past_incident(), meaning(1))
    await memory.note_duration("00000000aa", timedelta(minutes=12))

    await memory.remember(a_past_incident(summary="corrected by a person"), meaning(1))

    (found,) = await recall(memory, a_past_incident().text, meaning(1))
    assert found.incident.duration_seconds == 720


async def test_a_duration_of_an_unknown_incident_is_ignored(memory: Memory) -> None:
    await memory.note_duration("never-seen", timedelta(minutes=12))

    assert await recall(memory, a_past_incident().text, meaning(1)) == ()


async def test_incidents_remembered_at_once_are_all_there(memory: Memory) -> None:
    async with asyncio.TaskGroup() as tasks:
        for number in range(5):
            incident = a_past_incident(incident_key=f"{number}")
            tasks.create_task(memory.remember(incident, meaning(1)))

    assert len(await recall(memory, a_past_incident().text, meaning(1))) == 5


async def test_of_two_equals_the_one_that_people_confirmed_comes_first(memory: Memory) -> None:
    text = "checkout cannot reach the payment gateway"
    for key, standing in (("useless", Standing.NOT_USEFUL), ("proven", Standing.CONFIRMED)):
        await memory.remember(
            a_past_incident(incident_key=key, text=text, standing=standing), meaning(1)
        )

    found = await recall(memory, text, meaning(1))

    assert keys(found) == ["proven", "useless"]
