"""What a model is offered beside Datadog's tools, and what it may do with it."""

import json

import pytest

from adapters.extended_toolbox import ExtendedToolbox
from domain.errors import InvalidInput, NotFound
from domain.functions import AutoWrite, FunctionState, StoredFunction, read_signature
from tests.factories import a_frame
from tests.fakes.function_sandbox import FakeFunctionSandbox
from tests.fakes.functions import FakeFunctions
from tests.fakes.toolbox import FakeToolbox

CODE = '''def {name}(service: str) -> int:
    """Count the errors of a service."""
    return 1
'''


class Model:
    """A model's side of the tools."""

    def __init__(self, auto_write: AutoWrite = AutoWrite.REVIEW) -> None:
        self.datadog = FakeToolbox({"search_logs": "{}"})
        self.functions = FakeFunctions()
        self.sandbox = FakeFunctionSandbox()
        self.toolbox = ExtendedToolbox(self.datadog, self.functions, self.sandbox, auto_write)

    async def add(self, name: str = "count_errors") -> StoredFunction:
        code = CODE.format(name=name)
        return await self.functions.propose(read_signature(name, code), code, "mia", approve=True)

    async def names(self) -> list[str]:
        return [tool.name for tool in await self.toolbox.offered()]


async def test_datadogs_tools_come_first_and_approved_functions_last() -> None:
    model = Model()
    await model.add()

    assert await model.names() == [
        "search_logs",
        "query_metrics",
        "propose_function",
        "count_errors",
    ]


async def test_a_function_that_is_only_proposed_is_not_offered() -> None:
    model = Model()
    code = CODE.format(name="count_errors")
    signature = read_signature("count_errors", code)
    await model.functions.propose(signature, code, "mia", approve=False)

    assert "count_errors" not in await model.names()


async def test_a_function_never_hides_a_tool_of_its_name() -> None:
    model = Model()
    await model.add("search_logs")

    await model.toolbox.ask("search_logs", {}, a_frame())

    assert (await model.names()).count("search_logs") == 1
    assert model.sandbox.runs == []


async def test_an_approved_function_runs_in_the_sandbox() -> None:
    model = Model()
    await model.add()

    await model.toolbox.ask("count_errors", {"service": "a"}, a_frame())

    assert model.sandbox.runs == [("count_errors", {"service": "a"})]


@pytest.mark.parametrize("auto_write", [AutoWrite.REVIEW, AutoWrite.ON])
async def test_what_a_model_proposes_waits_for_a_person(auto_write: AutoWrite) -> None:
    model = Model(auto_write)
    proposal = {"name": "count_errors", "code": CODE.format(name="count_errors")}

    answer = json.loads(await model.toolbox.ask("propose_function", proposal, a_frame()))

    assert answer == {"name": "count_errors", "version": 1, "state": "proposed"}
    (kept,) = await model.functions.list_functions()
    assert (kept.state, kept.author) == (FunctionState.PROPOSED, "claude")
    assert model.sandbox.runs == []


async def test_a_proposal_that_does_not_check_is_told_and_not_kept() -> None:
    model = Model()
    model.sandbox.fails_with = InvalidInput("main.py:3: error")
    proposal = {"name": "count_errors", "code": CODE.format(name="count_errors")}

    with pytest.raises(InvalidInput, match=r"main\.py:3"):
        await model.toolbox.ask("propose_function", proposal, a_frame())

    assert await model.functions.list_functions() == ()


async def test_where_writing_is_off_there_is_datadog_and_nothing_else() -> None:
    model = Model(AutoWrite.OFF)
    await model.add()

    assert await model.names() == ["search_logs", "query_metrics"]
    with pytest.raises(NotFound):
        await model.toolbox.ask("count_errors", {"service": "a"}, a_frame())


async def test_an_unknown_tool_is_told_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="search_logs, query_metrics, propose_function"):
        await Model().toolbox.ask("mute_all", {}, a_frame())
