"""Added functions in Monty: Python without files, network, environment or anybody else's objects.

Each call gets a process of its own from a pool, with limits on time, memory and calls, and only
Datadog's read-only functions to call.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Self

from pydantic import JsonValue
from pydantic_monty import (
    CollectString,
    Monty,
    MontyCrashedError,
    MontyError,
    MontySession,
    ResourceLimits,
)

from adapters.function_stubs import stubs_for
from domain.case import Frame
from domain.errors import InvalidInput, RayneError, TimedOut, Unavailable
from domain.functions import Signature, StoredFunction
from domain.investigation_ports import FixedToolbox

PROCESSES: Final = 2
MAX_CALLS: Final = 20  # of Datadog's functions, in one run
MAX_ANSWER: Final = 24_000  # characters of JSON
MAX_COMPLAINT: Final = 2_000  # characters
_MAX_PRINTED: Final = 10_000  # bytes; nobody reads them, but they must not fill our memory
_LIMITS: Final[ResourceLimits] = {
    "max_feed_duration_secs": 5,  # of its own computing; waiting for Datadog is not counted
    "max_memory": 64 * 1024 * 1024,
    "max_recursion_depth": 200,
    "max_suspensions": 200,
}
_PATIENCE: Final = 60.0  # seconds for one step in a worker, whatever it is doing

_Functions = Mapping[str, Callable[..., object]]


class MontySandbox:
    """Implements `domain.function_ports.FunctionSandbox`.

    The pool's blocking form runs in threads: its other form can abort the interpreter at its end.
    """

    def __init__(self, pool: Monty, toolbox: FixedToolbox) -> None:
        self._pool = pool
        self._toolbox = toolbox
        self._stubs = stubs_for(toolbox.tools)

    @classmethod
    def open(cls, toolbox: FixedToolbox) -> Self:
        """Starts no process before the first call."""
        pool = Monty(
            min_processes=0,
            max_processes=PROCESSES,
            checkout_timeout=_PATIENCE,
            request_timeout=_PATIENCE,
        )
        pool.__enter__()
        return cls(pool, toolbox)

    async def aclose(self) -> None:
        await asyncio.to_thread(self._pool.__exit__, None, None, None)

    async def check(self, signature: Signature, code: str) -> None:
        refusals = {tool.name: _refuse for tool in self._toolbox.tools}
        await asyncio.to_thread(self._check, signature, code, refusals)

    async def run(
        self, function: StoredFunction, arguments: Mapping[str, JsonValue], frame: Frame
    ) -> str:
        _check_arguments(function.signature, arguments)
        calls = _Calls(self._toolbox, frame, asyncio.get_running_loop())
        answer = await asyncio.to_thread(self._run, function, arguments, calls.functions)
        return _bounded(function.name, answer)

    def _check(self, signature: Signature, code: str, functions: _Functions) -> None:
        with _in_our_words(), self._session() as session:
            _feed(session, code, functions)
            _feed(session, signature.name, functions)  # the name is there

    def _run(
        self, function: StoredFunction, arguments: Mapping[str, JsonValue], functions: _Functions
    ) -> object:
        with _in_our_words(), self._session() as session:
            _feed(session, function.code, functions)
            call = f"{function.name}(**arguments)"
            return _feed(session, call, functions, {"arguments": dict(arguments)})

    def _session(self) -> MontySession:
        return self._pool.checkout(
            limits=_LIMITS,
            type_check=True,
            type_check_stubs=self._stubs,
            type_check_format="concise",
            os_policy={"sleep": "zero"},
        )


class _Calls:
    """Datadog's functions for one run, counted; called from its thread, asked on `loop`."""

    def __init__(
        self, toolbox: FixedToolbox, frame: Frame, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._toolbox = toolbox
        self._frame = frame
        self._loop = loop
        self._count = 0
        self.functions: _Functions = {
            tool.name: self._function(tool.name) for tool in toolbox.tools
        }

    def _function(self, name: str) -> Callable[..., object]:
        def ask(**arguments: JsonValue) -> object:
            self._count += 1
            if self._count > MAX_CALLS:
                raise RuntimeError(f"at most {MAX_CALLS} questions to Datadog in one run")
            answer = self._toolbox.ask(name, arguments, self._frame)
            try:
                waiting = asyncio.run_coroutine_threadsafe(_text(answer), self._loop)
                return json.loads(waiting.result(_PATIENCE))
            except RayneError as error:
                # An exception that the sandbox knows; the function may handle it.
                raise RuntimeError(str(error)) from None

        return ask


async def _text(answer: Awaitable[str]) -> str:
    return await answer


def _refuse(**_: JsonValue) -> None:
    raise RuntimeError("nothing is asked while a function is checked")


def _feed(
    session: MontySession,
    code: str,
    functions: _Functions,
    inputs: dict[str, object] | None = None,
) -> object:
    return session.feed_run(
        code,
        inputs=inputs,
        external_lookup=dict(functions),
        print_callback=CollectString(_MAX_PRINTED),
        skip_type_check=inputs is not None,  # `**arguments` was checked against the schema
    )


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except MontyCrashedError as error:
        raise InvalidInput("the function did not come back, and its process was ended") from error
    except MontyError as error:
        raise InvalidInput(str(error)[:MAX_COMPLAINT].strip()) from None
    except TimeoutError as error:
        raise TimedOut("every sandbox is busy") from error
    except OSError as error:
        raise Unavailable("the sandbox could not be started") from error


def _check_arguments(signature: Signature, arguments: Mapping[str, JsonValue]) -> None:
    """Names and types, before anything runs. Raises InvalidInput naming the parameter."""
    properties = signature.parameters.get("properties")
    known = properties if isinstance(properties, dict) else {}
    required = signature.parameters.get("required")
    missing = [n for n in (required if isinstance(required, list) else []) if n not in arguments]
    if missing:
        raise InvalidInput(f"{signature.name} needs {missing[0]}")
    for name, value in arguments.items():
        if name not in known:
            raise InvalidInput(f"{signature.name} has no parameter {name!r:.60}")
        if not _fits(value, known[name]):
            raise InvalidInput(f"{signature.name}: {name} is of another type")


def _fits(value: JsonValue, schema: JsonValue) -> bool:
    kind = schema.get("type") if isinstance(schema, dict) else None
    match kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case _:
            items = schema.get("items") if isinstance(schema, dict) else None
            return isinstance(value, list) and all(_fits(item, items) for item in value)


def _bounded(name: str, answer: object) -> str:
    try:
        text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{name} answered something that JSON cannot hold") from error
    if len(text) <= MAX_ANSWER:
        return text
    note = f"only the beginning of {len(text):,} characters; ask more narrowly"
    return json.dumps({"partial": note, "beginning": text[: MAX_ANSWER // 2 - 200]})
