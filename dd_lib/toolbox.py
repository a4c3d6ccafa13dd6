"""The tools as a model gets them: read-only, bounded, and with the incident's clock."""

import json
from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from dd_lib.client import DatadogClient
from dd_lib.tools.output import shortened
from dd_lib.tools.registry import TOOLS, AnyTool
from dd_lib.tools.times import Span
from dd_lib.tools.tool import Asking, Output
from domain.case import Frame
from domain.errors import NotFound
from domain.investigation import ToolDescription

MAX_ANSWER: Final = 24_000  # characters: about six thousand tokens
_OF_THE_WINDOW: Final = ' "now" is the end of the incident\'s window.'
_OF_THE_PRESENT: Final = " Tells the present, not the time of the incident."


class DatadogToolbox:
    """Implements `FixedToolbox`. Keeps nothing of a question, so many may be asked at once."""

    def __init__(
        self,
        client: DatadogClient,
        *,
        tools: Mapping[str, AnyTool] = TOOLS,
        max_answer: int = MAX_ANSWER,
    ) -> None:
        """`max_answer` is in characters. Of `tools` only those are offered that change nothing."""
        self._client = client
        self._offered = {name: tool for name, tool in tools.items() if tool.read_only}
        self._max_answer = max_answer
        self._tools = tuple(_described(tool) for tool in self._offered.values())

    @property
    def tools(self) -> tuple[ToolDescription, ...]:
        """Always in the same order and words: a model's prompt cache begins with them."""
        return self._tools

    async def offered(self) -> tuple[ToolDescription, ...]:
        return self.tools

    async def ask(self, name: str, arguments: Mapping[str, JsonValue], frame: Frame) -> str:
        """A JSON text of at most `max_answer` characters; what was left out stands in `partial`.

        "now" in a time is the end of the frame's window. Raises InvalidInput for arguments that do
        not fit, NotFound for a name that no tool has, and what asking Datadog raises.
        """
        tool = self._offered.get(name)
        if tool is None:
            raise NotFound(f"no tool is called {name!r}; there are {', '.join(self._offered)}")
        output = await tool(Asking(self._client, lambda: frame.window.end), arguments)
        return _bounded(output, self._max_answer)


def _described(tool: AnyTool) -> ToolDescription:
    has_times = issubclass(tool.parameters, Span)
    return ToolDescription(
        name=tool.name,
        description=tool.description + (_OF_THE_WINDOW if has_times else _OF_THE_PRESENT),
        parameters=tool.schema,
    )


def _bounded(output: Output, most: int) -> str:
    text = _json(shortened(output, most))
    if len(text) <= most:
        return text
    # No list to shorten: a part of the text itself, which quoting may make twice as long.
    note = f"only the beginning of {len(text):,} characters; ask more narrowly"
    return _json({"partial": note, "beginning": text[: (most - 200) // 2]})


def _json(output: Output) -> str:
    return json.dumps(output, ensure_ascii=False)
