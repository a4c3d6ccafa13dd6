"""Whatever we ask of Datadog is asked as its official client asks it, and as it is described."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest
from datadog_api_client import ApiClient, Configuration

import dd_lib
from dd_lib.client import DatadogClient
from tests.conformance.cutting import any_of
from tests.conformance.oracle import Oracle
from tests.contract.asking_datadog import Exchange, Overheard
from tests.contract.parity.intents import Intent
from tests.contract.parity.questions import QUESTIONS
from tests.contract.parity.searches import SEARCHES
from tests.contract.parity.writes import WRITES
from tests.servers.canned import CannedServer, Reply, Request

INTENTS = [*QUESTIONS, *SEARCHES, *WRITES]
DD_LIB = Path(dd_lib.__path__[0])
PATH = re.compile(r'"(/api/v\d/[^"]+)"')
NAMED = {path for file in DD_LIB.glob("*.py") for path in PATH.findall(file.read_text())}
UNSTABLE = ("list_incidents", "search_incidents")


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


@contextmanager
def their_client(url: str) -> Iterator[ApiClient]:
    configuration = Configuration(  # type: ignore[no-untyped-call]  # ships half its types
        host=url, api_key={"apiKeyAuth": "key", "appKeyAuth": "app"}
    )
    for operation in UNSTABLE:
        configuration.unstable_operations[operation] = True
    with ApiClient(configuration) as client:
        yield client


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


@pytest.mark.filterwarnings("ignore:Using unstable operation")
@every_intent
async def test_we_ask_what_the_official_client_asks(intent: Intent) -> None:
    with datadog_that_answers(intent) as server:
        async with our_client(server.url) as client:
            await intent.ours(client)
        with their_client(server.url) as api:
            intent.theirs(api)

    asked = [as_asked(request) for request in server.requests]
    half = len(asked) // 2
    assert asked[:half] == asked[half:]
    assert half > 0


@every_intent
async def test_what_we_ask_is_described(intent: Intent, oracle: Oracle) -> None:
    for exchange in await exchanges_of(intent):
        assert exchange.request_violations(oracle) == []
        assert exchange.answer_violations(oracle) == []


async def test_every_path_that_the_code_names_is_asked_here() -> None:
    asked = [exchange.path for intent in INTENTS for exchange in await exchanges_of(intent)]

    forgotten = {
        path
        for path in NAMED
        if not any(any_of([path.replace("{}", "{part}")]).fullmatch(one) for one in asked)
    }

    assert forgotten == set()
    assert len(NAMED) > 25


def test_no_intent_is_listed_twice() -> None:
    assert len({intent.name for intent in INTENTS}) == len(INTENTS)
