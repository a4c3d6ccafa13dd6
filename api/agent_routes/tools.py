"""Datadog's tools, and the functions that people and models add to them."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AliasChoices, Field, JsonValue

from api.access import ByToken, ForOperators, ForViewers, FromCaller, FromJournal
from api.agent_routes.shapes import CamelCase, Done
from api.dependencies import FromResources, FromTools, Resources, Tools
from api.questions import about_now
from domain.errors import NotOffered
from domain.functions import AutoWrite, FunctionState, StoredFunction, read_signature

router = APIRouter(prefix="/tools")
decisions = APIRouter(prefix="/tools/functions", dependencies=[ForOperators, ByToken])

PATH = "dd_lib"


class ToolFacts(CamelCase):
    name: str
    description: str
    params: dict[str, JsonValue] = Field(description="JSON schema")


class ToolList(CamelCase):
    tools: list[ToolFacts]
    dd_lib_path: str = PATH
    writable: bool = Field(description="Whether functions can be proposed")


class Question(CamelCase):
    tool: str = Field(min_length=1, max_length=100)
    params: dict[str, JsonValue] = Field(default_factory=dict)


class Answered(Done):
    tool: str
    result: JsonValue


class NewFunction(CamelCase):
    module_name: str = Field(validation_alias=AliasChoices("module_name", "moduleName"))
    function_code: str = Field(validation_alias=AliasChoices("function_code", "functionCode"))
    author: str = Field("", max_length=200)


class FunctionTaken(Done):
    module: str
    path: str
    version: int
    state: FunctionState


class FunctionList(CamelCase):
    functions: list[StoredFunction]


class Decision(CamelCase):
    by: str = Field("", max_length=200)


class _Decider:
    """Whoever decides is named: by what they say, else by who they are."""

    def __init__(
        self, decision: Decision, tools: FromTools, caller: FromCaller, journal: FromJournal
    ) -> None:
        self._functions = tools.functions
        self._by = decision.by or caller.who
        self._journal = journal

    async def __call__(self, name: str, version: int, state: FunctionState) -> StoredFunction:
        return await self._functions.decide(
            name, version, state, self._by, signed=self._journal.sign()
        )


FromDecider = Annotated[_Decider, Depends()]


@router.get("", dependencies=[ForViewers])
async def list_tools(tools: FromTools) -> ToolList:
    added = await tools.functions.list_functions(state=FunctionState.APPROVED)
    known = [
        ToolFacts(name=tool.name, description=tool.description, params=tool.parameters)
        for tool in tools.toolbox.tools
    ]
    known += [
        ToolFacts(
            name=function.name,
            description=function.signature.description,
            params=function.signature.parameters,
        )
        for function in added
    ]
    return ToolList(tools=known, writable=tools.auto_write is not AutoWrite.OFF)


@router.post("/execute", dependencies=[ForViewers])
async def execute(asked: Question, resources: FromResources, tools: FromTools) -> Answered:
    """Asks now: "now" in a time is the present."""
    answer = await _ask(tools, asked, resources)
    return Answered(tool=asked.tool, result=json.loads(answer), timestamp=resources.clock())


@router.post("/create-function", dependencies=[ForOperators])
async def create_function(
    given: NewFunction,
    resources: FromResources,
    tools: FromTools,
    caller: FromCaller,
    journal: FromJournal,
) -> FunctionTaken:
    """Compiled and type-checked first; then kept as a proposal until a person approves it."""
    if tools.auto_write is AutoWrite.OFF:
        raise NotOffered("functions cannot be added here: RAYNE_AUTO_WRITE is off")
    signature = read_signature(given.module_name, given.function_code)
    await tools.sandbox.check(signature, given.function_code)
    function = await tools.functions.propose(
        signature,
        given.function_code,
        given.author or caller.who,
        approve=tools.auto_write is AutoWrite.ON,
        signed=journal.sign(),
    )
    return _taken(function, resources)


@router.get("/functions", dependencies=[ForViewers])
async def list_functions(tools: FromTools) -> FunctionList:
    """Every version of each, with its code and what was decided."""
    return FunctionList(functions=list(await tools.functions.list_functions()))


@decisions.post("/{name}/{version}/approve")
async def approve(
    name: str, version: int, deciding: FromDecider, resources: FromResources
) -> FunctionTaken:
    """From here on it can be called by its name, by people and by models."""
    function = await deciding(name, version, FunctionState.APPROVED)
    return _taken(function, resources)


@decisions.post("/{name}/{version}/reject")
async def reject(
    name: str, version: int, deciding: FromDecider, resources: FromResources
) -> FunctionTaken:
    function = await deciding(name, version, FunctionState.REJECTED)
    return _taken(function, resources)


async def _ask(tools: Tools, asked: Question, resources: Resources) -> str:
    frame = about_now(resources.clock())
    if asked.tool in {tool.name for tool in tools.toolbox.tools}:
        return await tools.toolbox.ask(asked.tool, asked.params, frame)
    function = await tools.functions.get_approved(asked.tool)
    return await tools.sandbox.run(function, asked.params, frame)


def _taken(function: StoredFunction, resources: Resources) -> FunctionTaken:
    return FunctionTaken(
        module=function.name,
        path=f"{PATH}/{function.name}@{function.version}",
        version=function.version,
        state=function.state,
        timestamp=resources.clock(),
    )
