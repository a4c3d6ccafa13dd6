"""Lists by the piece. A piece hangs on the last item of the one before: what is added meanwhile
shifts nothing, and the last piece costs what the first does.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

DEEPEST = 10_000  # items that may be skipped, or counted: beyond, both cost more than they tell


@dataclass(frozen=True)
class Piece:
    """What is wanted of a list whose newest item is first and whose ids only grow."""

    size: int
    before: int | None = None  # an item's id: only what is older
    skip: int = 0  # for the first Rayne's numbered pages


@dataclass(frozen=True)
class Listed(Generic[Item]):
    """`next` is what `before` must be for the next piece; None after the last one.

    `total` counts the whole list. A long one is estimated, and of a choice only the first few
    hundred are counted; `is_exact` says so.
    """

    items: tuple[Item, ...]
    total: int
    is_exact: bool = True
    next: int | None = None
