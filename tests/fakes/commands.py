"""The operator's commands, without running any."""

from domain.commands import CommandResult
from domain.errors import NotFound, RayneError


class FakeCommands:
    """`asked` records every action that was asked for."""

    def __init__(
        self, results: dict[str, CommandResult], *, fails_with: RayneError | None = None
    ) -> None:
        self.results = results
        self.fails_with = fails_with
        self.asked: list[str] = []

    async def run(self, action: str) -> CommandResult:
        self.asked.append(action)
        if self.fails_with:
            raise self.fails_with
        if action not in self.results:
            raise NotFound(f"there is no action {action!r}")
        return self.results[action]
