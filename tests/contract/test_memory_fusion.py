"""A static model's search, which Qdrant itself puts together by a formula, over HTTP."""

from datetime import timedelta

import pytest

from adapters.qdrant import QdrantMemory
from adapters.qdrant_fusion import MEANING_WEIGHT
from domain.memory import Embedding
from tests.factories import NOON, a_past_incident
from tests.servers.qdrant import QdrantServer


async def test_a_static_models_cosine_is_worth_its_weight_in_points_of_words() -> None:
    past = {"near": [0.6, 0.8], "far": [0.0, 1.0]}
    with QdrantServer() as server:
        memory = await QdrantMemory.connect(
            url=server.url,
            path=None,
            api_key=None,
            model="wordllama-2",
            dimension=2,
            timeout=timedelta(seconds=10),
        )
        for key, vector in past.items():
            await memory.remember(
                a_past_incident(incident_key=key, text="kafka disk full"),
                Embedding(model="wordllama-2", vector=tuple(vector)),
            )

        found = await memory.rank(
            "kafka disk full",
            Embedding(model="wordllama-2", vector=(1.0, 0.0)),
            before=NOON,
            excluding="",
        )
        await memory.aclose()

    assert [one.incident.incident_key for one in found] == ["near", "far"]
    assert found[0].score - found[1].score == pytest.approx(0.6 * MEANING_WEIGHT, abs=1e-4)
