"""A stand-in for a Qdrant server: its REST routes over the client library's own local mode.

It shows that the adapter's requests travel; what a server alone does (indexes, persistence, its
own refusals) is shown by the tests that run where QDRANT_URL is given.
"""

import threading
from collections.abc import Callable
from typing import Any

from qdrant_client import QdrantClient, models

from tests.servers.canned import CannedServer, Reply, Request


class QdrantServer(CannedServer):
    def __init__(self) -> None:
        super().__init__(self.serve)
        self._store = QdrantClient(":memory:")
        self._one_at_a_time = threading.Lock()

    def serve(self, request: Request) -> Reply:
        path, _, _ = request.path.partition("?")
        root, _, rest = path.strip("/").partition("/")
        name, _, what = rest.partition("/")
        route = _ROUTES.get((request.method, what if name else root))
        if route is None:
            return Reply.of({"status": {"error": f"no route {path}"}, "time": 0.0}, 400)
        with self._one_at_a_time:
            if what not in ("", "exists") and not self._store.collection_exists(name):
                return Reply.of({"status": {"error": "Not found"}, "time": 0.0}, 404)
            return route(self._store, name, request.json() if request.body else {})


def _result(result: object) -> Reply:
    return Reply.of({"result": result, "status": "ok", "time": 0.0})


_DONE = {"operation_id": 1, "status": "completed"}


def _list(store: QdrantClient, _name: str, _asked: Any) -> Reply:
    return _result(store.get_collections().model_dump(mode="json"))


def _exists(store: QdrantClient, name: str, _asked: Any) -> Reply:
    return _result({"exists": store.collection_exists(name)})


def _create(store: QdrantClient, name: str, asked: Any) -> Reply:
    if store.collection_exists(name):
        return Reply.of({"status": {"error": "already exists"}, "time": 0.0}, 409)
    wanted = models.CreateCollection.model_validate(asked)
    assert isinstance(wanted.vectors, dict)
    store.create_collection(
        name, vectors_config=wanted.vectors, sparse_vectors_config=wanted.sparse_vectors
    )
    return _result(True)


def _delete(store: QdrantClient, name: str, _asked: Any) -> Reply:
    return _result(store.delete_collection(name))


def _describe(store: QdrantClient, name: str, _asked: Any) -> Reply:
    return _result(store.get_collection(name).model_dump(mode="json", exclude_none=True))


def _index(_store: QdrantClient, _name: str, asked: Any) -> Reply:
    models.CreateFieldIndex.model_validate(asked)
    return _result(_DONE)


def _upsert(store: QdrantClient, name: str, asked: Any) -> Reply:
    store.upsert(name, models.PointsList.model_validate(asked).points)
    return _result(_DONE)


def _retrieve(store: QdrantClient, name: str, asked: Any) -> Reply:
    points = store.retrieve(name, models.PointRequest.model_validate(asked).ids)
    return _result([point.model_dump(mode="json", exclude_none=True) for point in points])


def _query(store: QdrantClient, name: str, asked: Any) -> Reply:
    answer = store.query_batch_points(name, [models.QueryRequest.model_validate(asked)])[0]
    return _result(answer.model_dump(mode="json", exclude_none=True))


def _set_payload(store: QdrantClient, name: str, asked: Any) -> Reply:
    wanted = models.SetPayload.model_validate(asked)
    assert wanted.filter is not None
    store.set_payload(name, wanted.payload, wanted.filter, key=wanted.key)
    return _result(_DONE)


_ROUTES: dict[tuple[str, str], Callable[[QdrantClient, str, Any], Reply]] = {
    ("GET", "collections"): _list,
    ("GET", "exists"): _exists,
    ("PUT", ""): _create,
    ("GET", ""): _describe,
    ("DELETE", ""): _delete,
    ("PUT", "index"): _index,
    ("PUT", "points"): _upsert,
    ("POST", "points"): _retrieve,
    ("POST", "points/query"): _query,
    ("POST", "points/payload"): _set_payload,
}
