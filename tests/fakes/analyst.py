"""An analyst that says what the test wants."""

from collections.abc import Sequence

from domain.analysis import Draft
from domain.case import Case
from domain.errors import RayneError


class FakeAnalyst:
    """Answers every case with `draft`.

    `fails_with` is one error for every call, or a list of which each call takes the next: an
    error to raise, or None to answer. After the list every call answers.
    """

    def __init__(
        self,
        draft: Draft,
        *,
        fails_with: RayneError | Sequence[RayneError | None] | None = None,
    ) -> None:
        self.draft = draft
        self.fails_with = fails_with
        self.cases: list[Case] = []

    async def explain(self, case: Case) -> Draft:
        self.cases.append(case)
        error = self._next_error()
        if error is not None:
            raise error
        return self.draft

    def _next_error(self) -> RayneError | None:
        if self.fails_with is None or isinstance(self.fails_with, RayneError):
            return self.fails_with
        turn = len(self.cases) - 1
        return self.fails_with[turn] if turn < len(self.fails_with) else None
