"""Added functions in the real sandbox: what they may do, and all that they may not."""

import json
from collections.abc import AsyncIterator, Mapping

import pytest
from pydantic import JsonValue

from adapters.monty import MAX_ANSWER, MAX_CALLS, MontySandbox
from domain.case import Frame
from domain.errors import InvalidInput, NotFound
from domain.functions import FunctionState, Signature, StoredFunction, read_signature
from domain.investigation import ToolDescription
from tests.factories import NOON, a_frame

SEARCH = ToolDescription(
    name="search_logs",
    description="Search logs.",
    parameters={
        "type": "object",
        "properties": {
            "query": {"type": "string", "default": "*"},
            "limit": {"type": "integer", "default": 50},
        },
    },
)


class Logs:
    """A toolbox with one question, which it answers with what was asked."""

    def __init__(self) -> None:
        self.tools = (SEARCH,)
        self.asked: list[Mapping[str, JsonValue]] = []
        self.refuses = False

    async def offered(self) -> tuple[ToolDescription, ...]:
        return self.tools

    async def ask(self, name: str, arguments: Mapping[str, JsonValue], frame: Frame) -> str:
        self.asked.append(arguments)
        if self.refuses:
            raise NotFound("there are no logs")
        return json.dumps({"count": 2, "query": arguments.get("query"), "host": frame.hosts[0]})


@pytest.fixture
def logs() -> Logs:
    return Logs()


@pytest.fixture
async def sandbox(logs: Logs) -> AsyncIterator[MontySandbox]:
    sandbox = MontySandbox.open(logs)
    yield sandbox
    await sandbox.aclose()


def a_function(body: str, parameters: str = "", returns: str = "object") -> StoredFunction:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    code = f'def look_at({parameters}) -> {returns}:\n    """Looks."""\n{lines}\n'
    return StoredFunction(
        name="look_at",
        version=1,
        state=FunctionState.APPROVED,
        code=code,
        signature=read_signature("look_at", code),
        author="mia",
        proposed_at=NOON,
    )


async def run(sandbox: MontySandbox, function: StoredFunction, **arguments: JsonValue) -> JsonValue:
    answer: JsonValue = json.loads(await sandbox.run(function, arguments, a_frame()))
    return answer


async def check(sandbox: MontySandbox, function: StoredFunction) -> None:
    await sandbox.check(function.signature, function.code)


async def test_a_function_asks_datadog_and_computes_with_the_answer(
    sandbox: MontySandbox, logs: Logs
) -> None:
    counting = a_function(
        'found = search_logs(query=f"service:{service}")\nreturn {"twice": found["count"] * 2}',
        "service: str",
    )

    assert await run(sandbox, counting, service="checkout") == {"twice": 4}
    assert logs.asked == [{"query": "service:checkout"}]


async def test_it_asks_about_the_incident_it_is_run_for(sandbox: MontySandbox) -> None:
    assert await run(sandbox, a_function('return search_logs()["host"]')) == "web-1"


async def test_checking_asks_nothing(sandbox: MontySandbox, logs: Logs) -> None:
    await check(sandbox, a_function("return search_logs()"))

    assert logs.asked == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('return search_logs(limit="many")', "Expected `int`"),
        ('return search_logs(colour="red")', "colour"),
        ("return mute_everything()", "mute_everything"),
        ("return open('/etc/passwd').read()", "open"),
        ("import socket\nreturn 1", "socket"),
        ("import subprocess\nreturn 1", "subprocess"),
        ("return __import__('os')", "__import__"),
    ],
)
async def test_what_does_not_fit_the_typed_functions_is_told_by_line(
    sandbox: MontySandbox, body: str, complaint: str
) -> None:
    with pytest.raises(InvalidInput, match=complaint) as refused:
        await check(sandbox, a_function(body))

    assert "main.py:3" in str(refused.value)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("while True:\n    pass", "time limit"),
        ("kept = [0]\nwhile True:\n    kept = kept + kept", "memory limit"),
        ("def again():\n    return again()\nreturn again()", "recursion"),
        ("import os\nreturn dict(os.environ)", "not supported"),
        ("from pathlib import Path\nreturn Path('/etc/passwd').read_text()", "."),
        ("for _ in range(10**6):\n    search_logs()\nreturn 1", "at most|limit"),
        ("raise ValueError('no')", "ValueError: no"),
        ("return {1, 2}", "JSON"),
    ],
)
async def test_what_goes_wrong_in_a_run_ends_that_run_and_nothing_else(
    sandbox: MontySandbox, body: str, complaint: str
) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        await run(sandbox, a_function(body))

    assert await run(sandbox, a_function("return 1")) == 1


async def test_questions_to_datadog_are_counted(sandbox: MontySandbox, logs: Logs) -> None:
    with pytest.raises(InvalidInput, match=f"at most {MAX_CALLS} questions"):
        await run(sandbox, a_function("for _ in range(100):\n    search_logs()\nreturn 1"))

    assert len(logs.asked) == MAX_CALLS


async def test_a_refusal_of_datadog_can_be_handled(sandbox: MontySandbox, logs: Logs) -> None:
    logs.refuses = True
    careful = a_function(
        "try:\n    return search_logs()\nexcept RuntimeError as error:\n    return str(error)"
    )

    assert await run(sandbox, careful) == "there are no logs"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({}, "needs service"),
        ({"service": 1}, "service is of another type"),
        ({"service": "a", "limit": True}, "limit is of another type"),
        ({"service": "a", "tags": ["x", 1]}, "tags is of another type"),
        ({"service": "a", "colour": "red"}, "no parameter 'colour'"),
    ],
)
async def test_wrong_arguments_are_refused_before_anything_runs(
    sandbox: MontySandbox, arguments: dict[str, JsonValue], complaint: str
) -> None:
    function = a_function("return service", "service: str, limit: int = 1, tags: list[str] = []")

    with pytest.raises(InvalidInput, match=complaint):
        await run(sandbox, function, **arguments)


async def test_a_long_answer_is_cut_and_says_so(sandbox: MontySandbox) -> None:
    answer = await sandbox.run(a_function('return "x" * 100000'), {}, a_frame())

    assert len(answer) <= MAX_ANSWER
    assert "only the beginning" in answer


async def test_the_name_must_be_there_to_be_called(sandbox: MontySandbox) -> None:
    other = Signature(name="another", description="x", parameters={})

    with pytest.raises(InvalidInput, match="another"):
        await sandbox.check(other, a_function("return 1").code)
