"""Memory in Qdrant: past incidents found by meaning (dense) and by words (sparse), fused."""

import asyncio
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

import structlog
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from adapters.qdrant_errors import in_our_words
from adapters.qdrant_folder import MOST, NEARLY, forget_oldest, open_folder
from adapters.qdrant_fusion import fusion_for
from adapters.qdrant_points import (
    HAPPENED_AT,
    INCIDENT,
    MEANING,
    WORDS,
    incident_of,
    only_past,
    point_id,
    searches_for,
    similar,
    sparse,
)
from adapters.sparse_text import document_vector, query_vector
from domain.errors import Misconfigured
from domain.memory import Embedding, PastIncident, SimilarIncident
from domain.telemetry import UNWATCHED, Watch

CANDIDATES = 50  # per half: what is not among them counts nothing there

_A_SERVER = "a folder is searched from end to end: run a Qdrant server and set QDRANT_URL"

log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")


class QdrantMemory:
    """Implements `domain.ports.Memory` with one collection for one embedding model.

    An embedding of another model is left aside, so such an incident is found by words only.
    The client runs in threads of its own: in local mode it computes (about 0.3 s for a search
    over 3,000 incidents), which would hold up everything else on the event loop. Beyond `most`
    incidents the oldest are forgotten.
    """

    def __init__(
        self,
        client: QdrantClient,
        threads: ThreadPoolExecutor,
        *,
        model: str,
        dimension: int,
        most: int | None = None,
    ) -> None:
        self._watch = UNWATCHED
        self._client = client
        self._threads = threads
        self._model = model
        self._dimension = dimension
        self.most = most
        self._collection = f"rayne-incidents-{model}"
        self._creating = asyncio.Lock()
        self._created = False

    @classmethod
    async def connect(
        cls,
        *,
        url: str | None,
        path: Path | None,
        api_key: str | None,
        model: str,
        dimension: int,
        timeout: timedelta,  # noqa: ASYNC109 - of every later request, not of this call
    ) -> Self:
        """A server by its address, not yet asked anything, or else a folder, opened and locked.

        Raises Misconfigured where the folder is open in another process.
        """
        if (url is None) == (path is None):
            raise Misconfigured("memory needs either a Qdrant server or a folder")
        # Local mode is not safe for threads: one thread makes its calls follow each other.
        threads = ThreadPoolExecutor(max_workers=1 if path else 4, thread_name_prefix="qdrant")
        loop = asyncio.get_running_loop()
        if path is not None:
            client = await loop.run_in_executor(threads, open_folder, path)
        else:
            with in_our_words():
                client = QdrantClient(
                    url=url,
                    api_key=api_key,
                    timeout=math.ceil(timeout.total_seconds()),
                    check_compatibility=False,  # it would ask the server, on a thread of its own
                )
        most = MOST if path else None
        return cls(client, threads, model=model, dimension=dimension, most=most)

    def watched_by(self, watch: Watch) -> Self:
        self._watch = watch
        return self

    async def ping(self) -> None:
        """Returns when the store answers. Raises what keeps it from answering."""
        await self._ask(self._client.get_collections)

    async def aclose(self) -> None:
        await self._ask(self._client.close)
        self._threads.shutdown(wait=False)

    async def remember(self, incident: PastIncident, embedding: Embedding | None) -> None:
        """Idempotent by `incident_key`; keeps a duration that was noted before."""
        with self._watch.calling("qdrant", "remember"):
            await self._remember(incident, embedding)

    async def _remember(self, incident: PastIncident, embedding: Embedding | None) -> None:
        await self._ensure_collection()
        stored = await self._ask(
            self._client.retrieve, self._collection, [point_id(incident.incident_key)]
        )
        if stored and incident.duration_seconds is None:
            known = incident_of(stored[0].payload).duration_seconds
            incident = incident.model_copy(update={"duration_seconds": known})
        await self._ask(
            self._client.upsert, self._collection, [self._point(incident, embedding)], wait=True
        )
        await self._make_room()

    async def recall(
        self,
        text: str,
        embedding: Embedding | None,
        *,
        before: datetime,
        excluding: str,
        limit: int,
    ) -> tuple[SimilarIncident, ...]:
        """Best first; of equals the latest. Only what passes the floors."""
        with self._watch.calling("qdrant", "recall"):
            found = await self.rank(text, embedding, before=before, excluding=excluding)
        return tuple(similar for similar in found if similar.matched_by)[: max(limit, 0)]

    async def rank(
        self, text: str, embedding: Embedding | None, *, before: datetime, excluding: str
    ) -> tuple[SimilarIncident, ...]:
        """What `recall` chooses from: all candidates, in its order, before the floors."""
        terms = query_vector(text)
        vector = self._usable(embedding)
        searches = searches_for(terms, vector, only_past(before, excluding), CANDIDATES)
        if not searches:
            return ()
        await self._ensure_collection()
        fusion = fusion_for(self._model, searches)
        answer = await self._ask(
            self._client.query_points,
            self._collection,
            prefetch=searches,
            query=fusion.query,
            limit=len(searches) * CANDIDATES,
            with_payload=True,
            with_vectors=[MEANING, WORDS],
        )
        least = fusion.share_of_best * max((point.score for point in answer.points), default=0.0)
        found = [similar(point, terms, vector, least=least) for point in answer.points]
        found.sort(key=lambda it: (it.score, it.incident.happened_at), reverse=True)
        return tuple(found)

    async def note_duration(self, incident_key: str, duration: timedelta) -> None:
        """Idempotent; nothing where the incident is unknown."""
        with self._watch.calling("qdrant", "note a duration"):
            await self._ensure_collection()
            await self._ask(
                self._client.set_payload,
                self._collection,
                {"duration_seconds": duration.total_seconds()},
                # By filter: asked for by id, a server refuses points that it does not have.
                models.Filter(must=[models.HasIdCondition(has_id=[point_id(incident_key)])]),
                key=INCIDENT,
                wait=True,
            )

    async def _ensure_collection(self) -> None:
        """Idempotent, and safe where several processes come first at once."""
        async with self._creating:
            if self._created:
                return
            if not await self._ask(self._client.collection_exists, self._collection):
                await self._ask(self._create_unless_it_exists)
            if self._client.init_options["path"] is None:  # a folder has no indexes
                await self._ask(
                    self._client.create_payload_index,
                    self._collection,
                    HAPPENED_AT,
                    models.PayloadSchemaType.FLOAT,
                )
            collection = await self._ask(self._client.get_collection, self._collection)
            self._check_size(collection)
            await self._make_room()
            self._warn_of_size(collection.points_count or 0)
            self._created = True

    def _create_unless_it_exists(self) -> None:
        try:
            self._client.create_collection(
                self._collection,
                vectors_config={
                    MEANING: models.VectorParams(
                        size=self._dimension, distance=models.Distance.COSINE
                    )
                },
                sparse_vectors_config={
                    WORDS: models.SparseVectorParams(modifier=models.Modifier.IDF)
                },
            )
        except UnexpectedResponse as error:
            if error.status_code != 409:
                raise

    def _check_size(self, collection: models.CollectionInfo) -> None:
        vectors = collection.config.params.vectors
        meaning = vectors.get(MEANING) if isinstance(vectors, dict) else None
        if meaning is None or meaning.size != self._dimension:
            raise Misconfigured(
                f"Qdrant's collection {self._collection!r} is not made for {self._dimension} "
                f"floats under {MEANING!r}: delete it, or choose another embedding model"
            )

    def _warn_of_size(self, incidents: int) -> None:
        if self.most is not None and incidents >= NEARLY * self.most:
            log.warning("memory.nearly_full", incidents=incidents, most=self.most, reason=_A_SERVER)

    async def _make_room(self) -> None:
        if self.most is None:
            return
        forgotten = await self._ask(forget_oldest, self._client, self._collection, self.most)
        if forgotten:
            log.warning("memory.forgot", oldest=forgotten, most=self.most, reason=_A_SERVER)

    def _point(self, incident: PastIncident, embedding: Embedding | None) -> models.PointStruct:
        vectors: dict[str, list[float] | models.SparseVector] = {}
        if vector := self._usable(embedding):
            vectors[MEANING] = list(vector)
        if weights := document_vector(incident.text):
            vectors[WORDS] = sparse(weights)
        return models.PointStruct(
            id=point_id(incident.incident_key),
            vector=vectors,
            payload={
                INCIDENT: incident.model_dump(mode="json"),
                HAPPENED_AT: incident.happened_at.timestamp(),
            },
        )

    def _usable(self, embedding: Embedding | None) -> Sequence[float]:
        """The vector, or nothing where there is none or another model made it."""
        if embedding is None or embedding.model != self._model:
            return ()
        if len(embedding.vector) != self._dimension:
            raise Misconfigured(
                f"{embedding.model!r} made {len(embedding.vector)} floats, not {self._dimension}"
            )
        return embedding.vector

    async def _ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        with in_our_words():
            try:
                return await loop.run_in_executor(self._threads, lambda: call(*args, **kwargs))
            except UnexpectedResponse as error:
                # Somebody deleted the collection: the retry finds it missing and creates it.
                self._created = self._created and error.status_code != 404
                raise
