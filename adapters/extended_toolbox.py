"""A model's tools: Datadog's, the approved functions, and a way to propose another one."""

import json
from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from domain.case import Frame
from domain.errors import InvalidInput, NotFound
from domain.function_ports import Functions, FunctionSandbox
from domain.functions import AutoWrite, FunctionState, StoredFunction, read_signature
from domain.investigation import ToolDescription
from domain.investigation_ports import Toolbox

AUTHOR: Final = "claude"
PROPOSE: Final = ToolDescription(
    name="propose_function",
    description=(
        "Propose a Python function over these tools for later incidents. It is type-checked and "
        "kept until a person approves it; nothing runs now. Inside it the tools are plain "
        "functions with named parameters, each answering the same JSON object as here."
    ),
    parameters={
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "snake_case, as the function is called"},
            "code": {"type": "string", "description": "One def with annotations and a docstring"},
        },
        "required": ["name", "code"],
        "additionalProperties": False,
    },
)


class ExtendedToolbox:
    """Implements `Toolbox`. A function never hides a tool of Datadog's that has its name."""

    def __init__(
        self,
        datadog: Toolbox,
        functions: Functions,
        sandbox: FunctionSandbox,
        auto_write: AutoWrite,
    ) -> None:
        self._datadog = datadog
        self._functions = functions
        self._sandbox = sandbox
        self._auto_write = auto_write

    async def offered(self) -> tuple[ToolDescription, ...]:
        """Datadog's first, for a model's prompt cache begins with them and they never change."""
        fixed = await self._datadog.offered()
        if self._auto_write is AutoWrite.OFF:
            return fixed
        taken = {tool.name for tool in (*fixed, PROPOSE)}
        approved = await self._functions.list_functions(state=FunctionState.APPROVED)
        added = (_described(one) for one in approved if one.name not in taken)
        return (*fixed, PROPOSE, *added)

    async def ask(self, name: str, arguments: Mapping[str, JsonValue], frame: Frame) -> str:
        fixed = {tool.name for tool in await self._datadog.offered()}
        if name in fixed or self._auto_write is AutoWrite.OFF:
            return await self._datadog.ask(name, arguments, frame)
        if name == PROPOSE.name:
            return await self._propose(arguments)
        try:
            function = await self._functions.get_approved(name)
        except NotFound:
            known = ", ".join(tool.name for tool in await self.offered())
            raise NotFound(f"no tool is called {name!r:.60}; there are {known}") from None
        return await self._sandbox.run(function, arguments, frame)

    async def _propose(self, arguments: Mapping[str, JsonValue]) -> str:
        """Always for review, whatever people's own get: models read what strangers wrote."""
        name, code = arguments.get("name"), arguments.get("code")
        if not isinstance(name, str) or not isinstance(code, str):
            raise InvalidInput("propose_function needs name and code, both text")
        signature = read_signature(name, code)
        await self._sandbox.check(signature, code)
        kept = await self._functions.propose(signature, code, AUTHOR, approve=False)
        return json.dumps({"name": kept.name, "version": kept.version, "state": kept.state.value})


def _described(function: StoredFunction) -> ToolDescription:
    return ToolDescription(
        name=function.name,
        description=f"{function.signature.description} (added by people, version "
        f"{function.version})",
        parameters=function.signature.parameters,
    )
