"""Choices that look like chance, and are the same everywhere for the same name."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """One stream of choices per name, so that adding a choice to one changes no other."""

    def __init__(self, *name: object) -> None:
        self._name = "/".join(str(part) for part in name)
        self._drawn = 0

    def below(self, bound: int) -> int:
        """From 0 to `bound` - 1."""
        self._drawn += 1
        digest = sha256(f"{self._name}#{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:16]) % bound

    def between(self, least: int, most: int) -> int:
        """Both ends included."""
        return least + self.below(most - least + 1)

    def percent(self, chance: int) -> bool:
        return self.below(100) < chance

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def weighted(self, weights: Sequence[int]) -> int:
        """A position, as often as its weight says."""
        left = self.below(sum(weights))
        for position, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return position
        raise AssertionError("a draw is below the sum of all weights")

    def hexadecimal(self, digits: int) -> str:
        return f"{self.below(16**digits):0{digits}x}"
