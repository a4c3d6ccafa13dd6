"""Reads lists that are numbered by offset or page, up to a limit."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")


@dataclass(frozen=True)
class Listing(Generic[ItemT]):
    """`partial` says what is missing, or ""."""

    items: tuple[ItemT, ...] = ()
    partial: str = ""


@dataclass(frozen=True)
class Chunk(Generic[ItemT]):
    """One page. `total` is how many there are on all pages, where Datadog says so."""

    items: Sequence[ItemT]
    total: int | None = None


async def read_chunks(
    ask: Callable[[int, int], Awaitable[Chunk[ItemT]]], limit: int
) -> Listing[ItemT]:
    """`ask` is told how many items and how many pages were read.

    Without a total, an empty page is the end: a short one may be what Datadog gives at most.
    """
    items: list[ItemT] = []
    pages = 0
    while len(items) < limit:
        chunk = await ask(len(items), pages)
        items.extend(chunk.items)
        pages += 1
        if not chunk.items or (chunk.total is not None and len(items) >= chunk.total):
            return Listing(tuple(items[:limit]), cut(len(items), limit))
    return Listing(tuple(items[:limit]), f"stopped at the first {limit}; there may be more")


def cut(found: int, limit: int) -> str:
    """What to say of items that were found and are not shown, or ""."""
    return f"stopped at the first {limit} of {found}" if found > limit else ""
