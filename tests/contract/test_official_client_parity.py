"""Whatever we ask of Datadog is asked as its official client asks it, and as it is described."""

import inspect
import json
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest

import dd_lib
from dd_lib.client import DatadogClient
from tests.conformance.cutting import any_of
from tests.conformance.oracle import Oracle
from tests.contract.asking_datadog import Exchange, Overheard
from tests.contract.official.client import official_client
from tests.contract.parity.combinations import COMBINATIONS
from tests.contract.parity.intents import Intent
from tests.contract.parity.questions import QUESTIONS
from tests.contract.parity.searches import SEARCHES
from tests.contract.parity.writes import WRITES
from tests.servers.canned import CannedServer, Reply, Request

INTENTS = [*QUESTIONS, *SEARCHES, *WRITES, *COMBINATIONS]
DD_LIB = Path(dd_lib.__path__[0])
PATH = re.compile(r'"(/api/v\d/[^"]+)"')
NAMED = {path for file in DD_LIB.glob("*.py") for path in PATH.findall(file.read_text())}


every_intent = pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: intent.name)


def answer_to(intent: Intent) -> httpx.Response:
    if intent.answer is None:
        return httpx.Response(intent.status)
    return httpx.Response(intent.status, json=intent.answer)


async def exchanges_of(intent: Intent) -> list[Exchange]:
    """What was said on both sides, without a network."""
    overheard = Overheard(httpx.MockTransport(lambda _: answer_to(intent)))
    client = DatadogClient.connect(
        api_url="https://api.datadog.test", api_key="key", app_key="app", transport=overheard
    )
    await intent.ours(client)
    await client.aclose()
    return overheard.exchanges


@contextmanager
def datadog_that_answers(intent: Intent) -> Iterator[CannedServer]:
    answer = answer_to(intent)
    reply = Reply(intent.status, answer.content, {"Content-Type": "application/json"})
    with CannedServer(lambda _: reply) as server:
        yield server


@asynccontextmanager
async def our_client(url: str) -> AsyncIterator[DatadogClient]:
    client = DatadogClient.connect(api_url=url, api_key="key", app_key="app")
    yield client
    await client.aclose()


def as_asked(request: Request) -> tuple[str, str, list[tuple[str, str]], Any]:
    url = urlsplit(request.path)
    body = json.loads(request.body) if request.body else None
    return request.method, unquote(url.path), sorted(parse_qsl(url.query)), without_spelling(body)


def without_spelling(value: Any) -> Any:
    """Times by what they mean: ours carry milliseconds."""
    if isinstance(value, dict):
        return {key: without_spelling(part) for key, part in value.items()}
    if isinstance(value, list):
        return [without_spelling(part) for part in value]
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError):
        return value


def public_functions() -> dict[str, FunctionType]:
    """Whatever in dd_lib takes a client, by name."""
    modules = [import_module(f"dd_lib.{file.stem}") for file in DD_LIB.glob("[a-z]*.py")]
    return {
        f"{module.__name__}.{name}": function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and DatadogClient in function.__annotations__.values()
    }


@pytest.mark.filterwarnings("ignore:Using unstable operation")
@every_intent
async def test_we_ask_what_the_official_client_asks(intent: Intent) -> None:
    with datadog_that_answers(intent) as server:
        async with our_client(server.url) as client:
            await intent.ours(client)
        with official_client(server.url) as api:
            intent.theirs(api)

    asked = [as_asked(request) for request in server.requests]
    half = len(asked) // 2
    ours, theirs = asked[:half], asked[half:]
    if intent.in_any_order:
        ours, theirs = sorted(ours, key=repr), sorted(theirs, key=repr)
    assert ours == theirs
    assert half > 0


@every_intent
async def test_what_we_ask_is_described(
    intent: Intent, oracle: Oracle, figures: Counter[str]
) -> None:
    for exchange in await exchanges_of(intent):
        assert exchange.request_violations(oracle) == []
        assert exchange.answer_violations(oracle) == []
        figures["requests of dd_lib that are described and the official client's"] += 1


async def test_every_path_that_the_code_names_is_asked_here() -> None:
    asked = [exchange.path for intent in INTENTS for exchange in await exchanges_of(intent)]

    forgotten = {
        path
        for path in NAMED
        if not any(any_of([path.replace("{}", "{part}")]).fullmatch(one) for one in asked)
    }

    assert forgotten == set()
    assert len(NAMED) > 25


async def test_every_public_function_asks_here(figures: Counter[str]) -> None:
    ran: set[CodeType] = set()
    sys.setprofile(lambda frame, event, _: ran.add(frame.f_code) if event == "call" else None)
    for intent in INTENTS:
        await exchanges_of(intent)
    sys.setprofile(None)

    functions = public_functions()
    forgotten = {name for name, function in functions.items() if function.__code__ not in ran}

    assert forgotten == set()
    figures["public functions of dd_lib that ask Datadog"] = len(functions)


def test_no_intent_is_listed_twice() -> None:
    assert len({intent.name for intent in INTENTS}) == len(INTENTS)
