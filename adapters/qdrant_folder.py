"""Qdrant's local mode: a folder that one process opens, and what it may hold.

It is searched from end to end, so that a search takes longer with every incident, and its vectors
lie in the process's memory.
"""

from pathlib import Path

from qdrant_client import QdrantClient, models

from adapters.qdrant_errors import opening
from adapters.qdrant_points import HAPPENED_AT

MOST = 10_000  # incidents; a search of that many takes about a second (tests/bench/memory_size.py)
NEARLY = 0.8  # of them: time to say so
SPARE = 0.05  # of them, forgotten beyond what is too much, so that it is seldom done


def open_folder(path: Path) -> QdrantClient:
    with opening(str(path)):
        return QdrantClient(path=str(path))


def forget_oldest(client: QdrantClient, collection: str, most: int) -> int:
    """Down to `most` and a little below where there are more. How many went; idempotent.

    The database keeps every incident: `rayne memory rebuild` brings them back into a server.
    """
    held = client.count(collection).count
    if held <= most:
        return 0
    oldest, _ = client.scroll(
        collection,
        limit=held - most + int(SPARE * most),
        order_by=models.OrderBy(key=HAPPENED_AT, direction=models.Direction.ASC),
        with_payload=False,
    )
    client.delete(collection, [point.id for point in oldest], wait=True)
    return len(oldest)
