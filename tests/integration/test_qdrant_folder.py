"""Qdrant's local mode in a folder: what a restart, a second process and another model find."""

import gc
import threading
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from qdrant_client import QdrantClient, models
from structlog.testing import capture_logs

from adapters.qdrant import QdrantMemory
from adapters.qdrant_folder import MOST as MOST_IN_FOLDER
from adapters.qdrant_folder import SPARE
from domain.errors import Misconfigured, Unavailable
from domain.memory import Embedding, SimilarIncident
from tests.factories import NOON, a_past_incident

TINY = Embedding(model="tiny-2", vector=(1.0, 0.0))


@asynccontextmanager
async def opened(path: Path, model: str = "tiny-2") -> AsyncIterator[QdrantMemory]:
    memory = await QdrantMemory.connect(
        url=None, path=path, api_key=None, model=model, dimension=2, timeout=timedelta(seconds=5)
    )
    yield memory
    await memory.aclose()


async def recall(memory: QdrantMemory, text: str, asked: Embedding) -> tuple[SimilarIncident, ...]:
    return await memory.recall(text, asked, before=NOON, excluding="", limit=5)


async def test_incidents_are_still_there_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as memory:
        await memory.remember(a_past_incident(), TINY)

    async with opened(tmp_path) as memory:
        (found,) = await recall(memory, a_past_incident().text, TINY)

    assert found.matched_by == ("meaning", "words")


# The library leaves its lock file open when it cannot have the lock.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO")
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
async def test_a_folder_that_is_open_elsewhere_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(Misconfigured, match="another process"):
            async with opened(tmp_path):
                pass

    gc.collect()  # here and now, or the warning falls into another test


async def test_a_damaged_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{")

    with pytest.raises(Misconfigured, match="cannot be opened"):
        async with opened(tmp_path):
            pass


async def test_incidents_of_another_model_are_not_found(tmp_path: Path) -> None:
    async with opened(tmp_path, "tiny-2") as memory:
        await memory.remember(a_past_incident(), TINY)

    async with opened(tmp_path, "other-2") as memory:
        found = await recall(memory, a_past_incident().text, TINY)

    assert found == ()


async def test_another_models_vector_is_left_aside(tmp_path: Path) -> None:
    async with opened(tmp_path) as memory:
        foreign = Embedding(model="other-2", vector=(1.0, 0.0))
        await memory.remember(a_past_incident(), foreign)

        (found,) = await recall(memory, a_past_incident().text, TINY)

    assert found.matched_by == ("words",)


async def test_a_vector_of_the_wrong_length_is_misconfigured(tmp_path: Path) -> None:
    async with opened(tmp_path) as memory:
        with pytest.raises(Misconfigured, match="3 floats, not 2"):
            await memory.remember(
                a_past_incident(), Embedding(model="tiny-2", vector=(1.0, 0.0, 0.0))
            )


async def test_a_closed_memory_is_unavailable(tmp_path: Path) -> None:
    async with opened(tmp_path) as memory:
        pass

    with pytest.raises(Unavailable):
        await memory.ping()


class WatchedClient(QdrantClient):
    """Notes on which thread it searches."""

    searched_on: threading.Thread | None = None

    def query_points(self, *args: Any, **kwargs: Any) -> models.QueryResponse:
        self.searched_on = threading.current_thread()
        return super().query_points(*args, **kwargs)


async def test_a_search_does_not_compute_on_the_event_loop(tmp_path: Path) -> None:
    client = WatchedClient(path=str(tmp_path))
    memory = QdrantMemory(client, ThreadPoolExecutor(1), model="tiny-2", dimension=2)

    await recall(memory, a_past_incident().text, TINY)

    assert client.searched_on not in (None, threading.current_thread())
    await memory.aclose()


MOST = 40  # instead of the ten thousand of a real folder


def of_at_most_forty(path: Path) -> QdrantMemory:
    client = QdrantClient(path=str(path))
    return QdrantMemory(client, ThreadPoolExecutor(1), model="tiny-2", dimension=2, most=MOST)


async def remember(memory: QdrantMemory, hours_ago: Iterable[int]) -> None:
    for hours in hours_ago:
        happened_at = NOON - timedelta(hours=hours)
        await memory.remember(
            a_past_incident(incident_key=f"{hours}", happened_at=happened_at), TINY
        )


async def held(memory: QdrantMemory) -> list[int]:
    """The hours ago of everything that is remembered."""
    found = await memory.rank("", TINY, before=NOON, excluding="")
    return sorted(int(one.incident.incident_key) for one in found)


async def test_a_full_folder_forgets_the_oldest_and_says_so(tmp_path: Path) -> None:
    memory = of_at_most_forty(tmp_path)
    await remember(memory, range(MOST + 1, 1, -1))  # the oldest first, as they happen

    with capture_logs() as logged:
        await remember(memory, [1])  # one more

    newest = MOST - int(SPARE * MOST)
    assert await held(memory) == list(range(1, newest + 1))
    (warning,) = logged
    assert (warning["event"], warning["oldest"], warning["most"]) == ("memory.forgot", 3, MOST)
    assert "QDRANT_URL" in warning["reason"]
    await memory.aclose()


async def test_a_folder_of_an_earlier_release_is_brought_down_when_it_is_opened(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as memory:
        await remember(memory, range(1, MOST + 11))

    memory = of_at_most_forty(tmp_path)
    await recall(memory, "kafka", TINY)

    assert await held(memory) == list(range(1, MOST - int(SPARE * MOST) + 1))
    await memory.aclose()


@pytest.mark.parametrize(("incidents", "warnings"), [(31, 0), (32, 1)])
async def test_a_folder_that_is_nearly_full_says_so_once(
    tmp_path: Path, incidents: int, warnings: int
) -> None:
    async with opened(tmp_path) as memory:
        await remember(memory, range(1, incidents + 1))
    memory = of_at_most_forty(tmp_path)

    with capture_logs() as logged:
        await recall(memory, "kafka", TINY)
        await recall(memory, "kafka", TINY)

    assert [one["event"] for one in logged] == ["memory.nearly_full"] * warnings
    await memory.aclose()


async def test_a_real_folder_has_a_limit(tmp_path: Path) -> None:
    async with opened(tmp_path) as memory:
        assert memory.most == MOST_IN_FOLDER
