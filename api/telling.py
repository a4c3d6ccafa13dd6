"""Who is told what happens at the door: counted, timed, traced."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from starlette.types import Scope

from domain.status import StatusReader
from domain.telemetry import UNCOUNTED, UNTRACED, Tally, Trail


class Answering(Protocol):
    def answered(self, status: int) -> None:
        """As the answer begins."""
        ...


class RequestWatch(Protocol):
    def taking(self, scope: Scope) -> AbstractContextManager[Answering]:
        """Around the answer to one request."""
        ...


class Scraped(Protocol):
    @property
    def text(self) -> bytes: ...

    @property
    def media_type(self) -> str: ...


class Metrics(Protocol):
    async def scrape(self, status: StatusReader, now: datetime) -> Scraped:
        """Never fails: what cannot be read is left out."""
        ...


class _Nobody:
    def taking(self, scope: Scope) -> AbstractContextManager[Answering]:  # noqa: ARG002
        return _NOT_WATCHED

    def answered(self, status: int) -> None: ...


_NOT_WATCHED: AbstractContextManager[Answering] = nullcontext(_Nobody())


@dataclass(frozen=True)
class Telling:
    """By itself it tells nobody."""

    tally: Tally = UNCOUNTED
    trail: Trail = UNTRACED
    requests: RequestWatch = field(default_factory=_Nobody)
    metrics: Metrics | None = None
