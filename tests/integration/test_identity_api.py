"""Logging in over HTTP and PostgreSQL, by many at once and by those who mean harm."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from adapters import uvicorn
from adapters.postgres.database import Database
from api.app import create_app
from api.dependencies import Access
from api.logins import PER_NAME
from api.webhook_door import WebhookDoor
from domain.audit import AuditFilter
from tests.e2e.stack import free_port
from tests.integration.postgres.identity_stores import real_identity
from tests.unit.api.front import Front

HOST = "127.0.0.1"
PASSWORD = "correct horse battery"
GUESS = "a wrong guess"
NASTY = [
    "\x00",
    "half \ud800",
    "a\r\nX-Injected: 1",
    "'; DROP TABLE people; --",
    "x" * 199,
    "\u202e",
]


@pytest.fixture
async def database(postgres_address: str) -> AsyncIterator[Database]:
    database = Database.connect(postgres_address)
    yield database
    await database.close()


@pytest.fixture
async def api(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """Open to registration, from anywhere."""
    identity = real_identity(database)
    resources = replace(
        Front().resources,
        identity=identity,
        door=WebhookDoor(identity.secrets),
        access=Access(is_local=False, open_registration=True),
    )
    port = free_port()
    async with (
        uvicorn.serving(create_app(resources), host=HOST, port=port),
        httpx.AsyncClient(base_url=f"http://{HOST}:{port}", timeout=30) as client,
    ):
        yield client


async def post(api: httpx.AsyncClient, path: str, body: dict[str, str]) -> httpx.Response:
    """As plain ASCII, escapes and all: what no encoder would send, somebody will."""
    headers = {"Content-Type": "application/json"}
    return await api.post(path, content=json.dumps(body), headers=headers)


async def register(api: httpx.AsyncClient, name: str = "mia") -> httpx.Response:
    return await post(api, "/register", {"name": name, "password": PASSWORD})


async def log_in(
    api: httpx.AsyncClient, name: str = "mia", password: str = PASSWORD
) -> httpx.Response:
    return await post(api, "/login", {"name": name, "password": password})


async def refresh(api: httpx.AsyncClient, token: str) -> httpx.Response:
    return await post(api, "/refresh", {"refresh_token": token})


async def test_of_those_who_race_to_register_one_wins_and_can_log_in(
    api: httpx.AsyncClient,
) -> None:
    replies = await asyncio.gather(*(register(api) for _ in range(10)))

    assert Counter(reply.status_code for reply in replies) == {201: 1, 409: 9}
    assert (await log_in(api)).status_code == 200


async def test_many_guesses_at_once_are_no_way_round_the_throttle(
    api: httpx.AsyncClient,
) -> None:
    await register(api)

    replies = await asyncio.gather(*(log_in(api, password=GUESS) for _ in range(40)))

    statuses = Counter(reply.status_code for reply in replies)
    assert statuses == {401: PER_NAME, 429: 40 - PER_NAME}


async def test_a_refresh_token_that_two_bring_at_once_ends_its_session(
    api: httpx.AsyncClient,
) -> None:
    await register(api)
    tokens = (await log_in(api)).json()

    both = await asyncio.gather(*(refresh(api, tokens["refresh_token"]) for _ in range(2)))

    assert 401 in {reply.status_code for reply in both}
    later = [
        await refresh(api, reply.json()["refresh_token"])
        for reply in both
        if reply.status_code == 200
    ]
    assert {reply.status_code for reply in later} <= {401}
    me = await api.get("/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert me.status_code == 401


@pytest.mark.parametrize("text", NASTY)
async def test_hostile_text_is_refused_and_reaches_no_table(
    api: httpx.AsyncClient, database: Database, text: str
) -> None:
    replies = [
        await register(api, text),
        await log_in(api, text),
        await log_in(api, "mia", text * 2),
        await refresh(api, text),
        await api.get("/v1/me", headers={b"Authorization": b"Bearer rayne_" + b"\xff" * 9}),
        await api.get("/v1/me", headers={"X-Request-Id": "a" * 5000}),
    ]

    assert {reply.status_code for reply in replies} <= {401, 422}
    assert not [reply for reply in replies if "x-injected" in reply.headers]
    assert await real_identity(database).people.list_people() == ()
    log = await real_identity(database).audit.list_entries(AuditFilter(), before_id=None, limit=9)
    assert log == ()
