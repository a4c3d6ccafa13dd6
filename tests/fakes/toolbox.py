"""Tools that answer what the test wants."""

from collections.abc import Mapping

from pydantic import JsonValue

from domain.case import Frame
from domain.errors import NotFound, RayneError
from domain.investigation import ToolDescription

SEARCH_LOGS = ToolDescription(
    name="search_logs",
    description="Search log lines.",
    parameters={"type": "object", "properties": {"query": {"type": "string"}}},
)
QUERY_METRICS = ToolDescription(
    name="query_metrics",
    description="A metric over time.",
    parameters={"type": "object", "properties": {"query": {"type": "string"}}},
)


class FakeToolbox:
    """Two tools. `answers` by name, else an empty answer; `fails_with` is an error by name."""

    def __init__(
        self,
        answers: Mapping[str, str] | None = None,
        *,
        fails_with: Mapping[str, RayneError] | None = None,
    ) -> None:
        self.answers = dict(answers or {})
        self.fails_with = dict(fails_with or {})
        self.added: tuple[ToolDescription, ...] = ()  # offered beside the two
        self.questions: list[tuple[str, dict[str, JsonValue]]] = []

    @property
    def tools(self) -> tuple[ToolDescription, ...]:
        return (SEARCH_LOGS, QUERY_METRICS)

    async def offered(self) -> tuple[ToolDescription, ...]:
        return (*self.tools, *self.added)

    async def ask(self, name: str, arguments: Mapping[str, JsonValue], frame: Frame) -> str:
        self.questions.append((name, dict(arguments)))
        if name not in {tool.name for tool in self.tools}:
            raise NotFound(f"no tool is called {name!r}")
        if name in self.fails_with:
            raise self.fails_with[name]
        return self.answers.get(name, '{"count": 0, "partial": ""}')
