"""Failures on request: which calls go wrong, how, and how often."""

import fnmatch
import random
from enum import StrEnum

from pydantic import Field

from dd_lib.sandbox.bodies import Closed


class FailureKind(StrEnum):
    STATUS = "status"  # an error answer; 429 carries the rate-limit headers
    SLOW = "slow"  # answers as ever, after `seconds`
    DROP = "drop"  # closes the connection, nothing done
    DROP_AFTER_WRITE = "drop_after_write"  # does what was asked, then closes without a word


class FailureRule(Closed):
    """`method` and `path` are shell patterns. Without `count` it goes on until removed."""

    kind: FailureKind
    method: str = "*"
    path: str = "*"
    status: int = Field(default=503, ge=400, le=599)
    titled: bool = False  # answer in the JSON:API error shape
    limit: int = Field(default=10, ge=1)  # that a 429 tells of, in ten seconds
    reset_seconds: int = Field(default=1, ge=0)
    seconds: float = Field(default=1.0, ge=0, le=120)
    count: int | None = Field(default=None, ge=1)
    probability: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0

    def covers(self, method: str, path: str) -> bool:
        return fnmatch.fnmatchcase(method, self.method.upper()) and fnmatch.fnmatchcase(
            path, self.path
        )


class Failures:
    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def add(self, rules: tuple[FailureRule, ...]) -> None:
        self._armed += [_Armed(rule) for rule in rules]

    def clear(self) -> None:
        self._armed.clear()

    def rules(self) -> tuple[FailureRule, ...]:
        """Those that can still strike."""
        return tuple(armed.rule for armed in self._armed if armed.is_left)

    def next_for(self, method: str, path: str) -> FailureRule | None:
        """The first rule that strikes this call; counts the strike."""
        return next((a.rule for a in self._armed if a.strikes(method, path)), None)


class _Armed:
    def __init__(self, rule: FailureRule) -> None:
        self.rule = rule
        self._struck = 0
        self._dice = random.Random(rule.seed)  # noqa: S311  repeatable on purpose, not secret

    @property
    def is_left(self) -> bool:
        return self.rule.count is None or self._struck < self.rule.count

    def strikes(self, method: str, path: str) -> bool:
        if not self.is_left or not self.rule.covers(method, path):
            return False
        if self._dice.random() >= self.rule.probability:
            return False
        self._struck += 1
        return True
