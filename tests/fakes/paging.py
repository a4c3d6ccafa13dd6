"""A piece of a list that is held in memory."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from domain.paging import Listed, Piece


class Numbered(Protocol):
    @property
    def id(self) -> int: ...


Item = TypeVar("Item", bound=Numbered)


def piece_of(oldest_first: Sequence[Item], piece: Piece) -> Listed[Item]:
    newest = [
        one for one in reversed(oldest_first) if piece.before is None or one.id < piece.before
    ]
    rest = newest[piece.skip :]
    kept = tuple(rest[: piece.size])
    following = kept[-1].id if len(rest) > piece.size else None
    return Listed(kept, total=len(oldest_first), next=following)
