"""All tools by name. The only list of them."""

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from dd_lib.tools.change_tools import CHANGE_TOOLS
from dd_lib.tools.log_tools import LOG_TOOLS
from dd_lib.tools.metric_tools import METRIC_TOOLS
from dd_lib.tools.monitor_tools import MONITOR_TOOLS
from dd_lib.tools.place_tools import PLACE_TOOLS
from dd_lib.tools.tool import Asking, Output, Tool
from domain.errors import NotFound

AnyTool = Tool[Any]  # each checks parameters of its own type

TOOLS: Mapping[str, AnyTool] = {
    tool.name: tool
    for tool in (*MONITOR_TOOLS, *LOG_TOOLS, *CHANGE_TOOLS, *METRIC_TOOLS, *PLACE_TOOLS)
}


async def call(asking: Asking, name: str, given: Mapping[str, JsonValue]) -> Output:
    """Raises NotFound for a name that no tool has."""
    if name not in TOOLS:
        raise NotFound(f"no tool is called {name!r}; there are {', '.join(sorted(TOOLS))}")
    return await TOOLS[name](asking, given)
