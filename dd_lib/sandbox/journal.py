"""What the API was asked, for tests to read: the latest requests, oldest first."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qsl

from pydantic import AwareDatetime
from starlette.types import Scope

from dd_lib.sandbox.records import Record

KEPT = 5000


class JournalEntry(Record):
    """Header names only: values may be keys."""

    at: AwareDatetime
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[str, ...]
    body: str


class Journal:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._entries: deque[JournalEntry] = deque(maxlen=KEPT)

    def note(self, scope: Scope, body: bytes) -> None:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        entry = JournalEntry(
            at=self._clock(),
            method=scope["method"],
            path=scope["path"],
            query=tuple(query),
            headers=tuple(name.decode("latin-1") for name, _value in scope["headers"]),
            body=body.decode("utf-8", errors="replace"),
        )
        self._entries.append(entry)

    def entries(self) -> tuple[JournalEntry, ...]:
        return tuple(self._entries)

    def clear(self) -> None:
        self._entries.clear()
