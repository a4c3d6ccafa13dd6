"""Rayne's end of notifications, before the real desktop server and before bad ones."""

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.notify_server import NotifyServer, connect_all
from adapters.settings import Settings
from domain.errors import (
    Misconfigured,
    RayneError,
    Rejected,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)
from domain.notices import Notification, Urgency
from tests.servers.canned import CannedServer, Reply
from tests.servers.notify_server import notify_server

SECRET, WRONG = "hunter2", "hunter3"
WORDS = Notification(
    title="Alert: <b>Error rate</b>",
    message="P1, checkout\nincident 7",
    urgency=Urgency.CRITICAL,
    colour="#ff8c00",
    tag="rayne-1a2b3c4d5e",
    key="1a2b3c4d5e-opened",
)


@pytest.fixture
def desktop() -> Iterator[CannedServer]:
    with CannedServer(lambda _: Reply(200, b"{}")) as server:
        yield server


@pytest.fixture
async def notifier(desktop: CannedServer) -> AsyncIterator[NotifyServer]:
    built = NotifyServer.connect(f"{desktop.url}/{SECRET}", token=SECRET)
    yield built
    await built.aclose()


async def test_the_real_server_shows_what_rayne_sends_and_shows_it_once(tmp_path: Path) -> None:
    token = "tök"
    with notify_server(tmp_path, RAYNE_NOTIFY_TOKEN=token) as server:
        notifier = NotifyServer.connect(server.url, token=token)
        answers = [await notifier.notify(WORDS) for _ in range(2)]
        await notifier.aclose()

    assert answers == ["200 OK", "200 OK"]
    assert server.shown == [
        [
            "--app-name=Rayne",
            "--urgency=critical",
            "--hint=string:frcolor:#ff8c00",
            "--hint=string:bgcolor:#1a1a1a",
            "--hint=string:fgcolor:#ffffff",
            "--hint=string:x-dunst-stack-tag:rayne-1a2b3c4d5e",
            "--",
            "Alert: <b>Error rate</b>",
            "P1, checkout\nincident 7",
        ]
    ]


async def test_the_real_server_refuses_a_wrong_token(tmp_path: Path) -> None:
    with notify_server(tmp_path, RAYNE_NOTIFY_TOKEN=SECRET) as server:
        notifier = NotifyServer.connect(server.url, token=WRONG)
        with pytest.raises(Misconfigured, match="RAYNE_NOTIFY_TOKEN"):
            await notifier.notify(WORDS)
        await notifier.aclose()


async def test_the_first_raynes_fields_are_there(
    desktop: CannedServer, notifier: NotifyServer
) -> None:
    await notifier.notify(WORDS)

    (request,) = desktop.requests
    sent = request.json()
    assert {"title", "message", "urgency", "frcolor"} <= sent.keys()
    assert (sent["urgency"], sent["frcolor"]) == ("critical", "#ff8c00")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, UnexpectedReply),
        (400, Rejected),
        (401, Misconfigured),
        (403, Misconfigured),
        (404, Rejected),
        (408, Unavailable),
        (429, Unavailable),
        (500, Unavailable),
    ],
)
async def test_only_a_refusal_that_may_pass_is_worth_another_try(
    desktop: CannedServer, notifier: NotifyServer, status: int, error: type[RayneError]
) -> None:
    desktop.answer = lambda _: Reply(status, b"", {"Location": f"{desktop.url}/elsewhere"})

    with pytest.raises(error) as refused:
        await notifier.notify(WORDS)

    assert refused.type is error
    assert len(desktop.requests) == 1


async def test_a_desktop_that_never_answers_is_given_up(desktop: CannedServer) -> None:
    desktop.answer = lambda _: Reply(never=True)
    notifier = NotifyServer.connect(desktop.url, token=None, timeout=timedelta(milliseconds=200))

    with pytest.raises(TimedOut):
        await notifier.notify(WORDS)

    await notifier.aclose()


def kinds_of(root: type[Exception]) -> list[type[Exception]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in kinds_of(child))]


@pytest.mark.parametrize("kind", kinds_of(httpx.HTTPError), ids=lambda kind: kind.__name__)
async def test_no_error_of_the_client_escapes(kind: type[Exception]) -> None:
    class Broken(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if kind is httpx.HTTPStatusError:
                raise httpx.HTTPStatusError("bad", request=request, response=httpx.Response(500))
            raise kind("bad")

    notifier = NotifyServer.connect("http://desk.test", token=None, transport=Broken())

    with pytest.raises(Unavailable, match=r"desk\.test"):
        await notifier.notify(WORDS)


@pytest.mark.parametrize("status", [200, 302, 401, 404, 500])
async def test_a_token_is_never_told(
    desktop: CannedServer,
    notifier: NotifyServer,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    desktop.answer = lambda _: Reply(status, SECRET.encode())
    caplog.set_level(logging.WARNING)
    said = ""

    try:
        said = await notifier.notify(WORDS)
    except RayneError as error:
        said = str(error)

    assert SECRET not in said + caplog.text


@pytest.mark.parametrize(
    ("environ", "addresses"),
    [
        ({}, []),
        ({"NOTIFY_SERVER_URL": "http://a:9999"}, ["http://a:9999"]),
        (
            {
                "NOTIFY_SERVER_URLS": "http://b:1/, http://c:2 ,http://b:1",
                "NOTIFY_SERVER_URL": "http://a",
            },
            ["http://b:1", "http://c:2"],
        ),
    ],
)
def test_the_list_counts_before_the_one(environ: dict[str, str], addresses: list[str]) -> None:
    found = [notifier.address for notifier in connect_all(Settings.from_env(environ))]

    assert found == addresses
