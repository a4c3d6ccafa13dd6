"""Deliveries are handed on as they came, and never to where a caller could not reach himself."""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta

import httpx
import pytest

from adapters.forwarder import HttpForwarder
from domain.errors import (
    Forbidden,
    InvalidInput,
    RateLimited,
    RayneError,
    Rejected,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)
from tests.servers.canned import CannedServer, Reply

BODY = bytes(range(256))
NAME = "chat.test"


class Names:
    """A resolver that answers from a list, a new answer each time, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Network(httpx.AsyncBaseTransport):
    """Keeps what it was asked to send; addresses in `dead` take no connection."""

    def __init__(self, *dead: str) -> None:
        self.dead = dead
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host in self.dead:
            raise httpx.ConnectError("no route", request=request)
        return httpx.Response(204)


@pytest.fixture
def receiver() -> Iterator[CannedServer]:
    with CannedServer(lambda _: Reply(204, b"")) as server:
        yield server


@pytest.fixture
async def forwarder() -> AsyncIterator[HttpForwarder]:
    """Allowed to reach the machine itself."""
    built = HttpForwarder.connect(allow_private=True, timeout=timedelta(seconds=10))
    yield built
    await built.aclose()


@pytest.fixture
async def careful() -> AsyncIterator[HttpForwarder]:
    """As it comes: public addresses only."""
    built = HttpForwarder.connect(allow_private=False)
    yield built
    await built.aclose()


def at_name(server: CannedServer, path: str = "/hook") -> str:
    return server.url.replace("127.0.0.1", NAME) + path


async def test_the_body_arrives_byte_for_byte_under_its_own_content_type(
    forwarder: HttpForwarder, receiver: CannedServer
) -> None:
    await forwarder.forward(f"{receiver.url}/hook?token=1", BODY, "text/plain; charset=x", 42)

    [request] = receiver.requests
    assert (request.method, request.path, request.body) == ("POST", "/hook?token=1", BODY)
    assert request.headers["content-type"] == "text/plain; charset=x"
    assert request.headers["x-rayne-event-id"] == "42"


async def test_a_delivery_without_a_content_type_is_not_given_one(
    forwarder: HttpForwarder, receiver: CannedServer
) -> None:
    await forwarder.forward(receiver.url, b"", "", 42)

    [request] = receiver.requests
    assert request.body == b""
    assert "content-type" not in request.headers


async def test_a_content_type_that_no_header_can_hold_does_not_stop_a_delivery(
    forwarder: HttpForwarder, receiver: CannedServer
) -> None:
    await forwarder.forward(receiver.url, BODY, "text/plain; name=…é", 42)

    assert receiver.requests[0].body == BODY


async def test_a_login_in_the_address_is_used(
    forwarder: HttpForwarder, receiver: CannedServer
) -> None:
    await forwarder.forward(receiver.url.replace("//", "//me:word@"), BODY, "", 42)

    assert receiver.requests[0].headers["authorization"] == "Basic bWU6d29yZA=="


async def test_a_name_is_resolved_once_and_told_to_its_host(receiver: CannedServer) -> None:
    names = Names(["127.0.0.1"])
    forwarder = HttpForwarder.connect(allow_private=True, resolve=names)

    await forwarder.forward(at_name(receiver), BODY, "", 42)
    await forwarder.aclose()

    port = int(receiver.url.rpartition(":")[2])
    assert names.asked == [(NAME, port)]
    assert receiver.requests[0].headers["host"] == f"{NAME}:{port}"


async def test_a_name_that_turns_inside_after_the_check_is_not_followed() -> None:
    names, network = Names(["93.184.216.34"], ["127.0.0.1"]), Network()
    forwarder = HttpForwarder.connect(allow_private=False, resolve=names, transport=network)

    await forwarder.forward(f"https://{NAME}/hook", BODY, "", 42)

    [request] = network.requests
    assert request.url.host == "93.184.216.34"
    assert request.headers["host"] == NAME
    assert request.extensions["sni_hostname"] == NAME
    with pytest.raises(Forbidden):
        await forwarder.forward(f"https://{NAME}/hook", BODY, "", 42)


async def test_the_next_address_is_tried_where_one_takes_no_connection() -> None:
    names = Names(["2606:2800:220:1::1", "93.184.216.34"])
    network = Network("2606:2800:220:1::1")
    forwarder = HttpForwarder.connect(allow_private=False, resolve=names, transport=network)

    await forwarder.forward(f"https://{NAME}/hook", BODY, "", 42)

    assert [request.url.host for request in network.requests] == [
        "2606:2800:220:1::1",
        "93.184.216.34",
    ]


@pytest.mark.parametrize("inside", ["10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254"])
async def test_a_name_with_one_address_inside_is_not_reached_at_all(inside: str) -> None:
    network = Network()
    forwarder = HttpForwarder.connect(
        allow_private=False, resolve=Names(["93.184.216.34", inside]), transport=network
    )

    with pytest.raises(Forbidden, match="RAYNE_FORWARD_PRIVATE"):
        await forwarder.forward(f"https://{NAME}/hook", BODY, "", 42)

    assert network.requests == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"],
)
async def test_the_machine_itself_is_not_reached_in_any_spelling(
    careful: HttpForwarder, receiver: CannedServer, host: str
) -> None:
    url = receiver.url.replace("127.0.0.1", host)

    with pytest.raises(Forbidden):
        await careful.forward(url, BODY, "", 42)

    assert receiver.requests == []


async def test_the_clouds_own_address_is_not_reached_even_where_private_ones_are(
    forwarder: HttpForwarder,
) -> None:
    with pytest.raises(Forbidden):
        await forwarder.forward("http://169.254.169.254/latest/meta-data", BODY, "", 42)


async def test_a_redirect_is_not_followed(forwarder: HttpForwarder, receiver: CannedServer) -> None:
    receiver.answer = lambda _: Reply(307, b"", {"Location": f"{receiver.url}/elsewhere"})

    with pytest.raises(UnexpectedReply):
        await forwarder.forward(f"{receiver.url}/hook", BODY, "", 42)

    assert [request.path for request in receiver.requests] == ["/hook"]


async def test_no_cookie_goes_from_one_receiver_to_the_next(
    forwarder: HttpForwarder, receiver: CannedServer
) -> None:
    receiver.answer = lambda _: Reply(200, b"", {"Set_Cookie": "session=1; Path=/"})

    for _ in range(2):
        await forwarder.forward(receiver.url, BODY, "", 42)

    assert "cookie" not in receiver.requests[1].headers


async def test_an_endless_reply_is_not_read(
    forwarder: HttpForwarder, receiver: CannedServer
) -> None:
    receiver.answer = lambda _: Reply(200, b"x" * 50_000_000)

    await forwarder.forward(receiver.url, BODY, "", 42)

    assert len(receiver.requests) == 1


async def test_a_receiver_that_never_answers_is_given_up(receiver: CannedServer) -> None:
    receiver.answer = lambda _: Reply(never=True)
    forwarder = HttpForwarder.connect(allow_private=True, timeout=timedelta(milliseconds=200))

    with pytest.raises(TimedOut):
        await forwarder.forward(receiver.url, BODY, "", 42)

    await forwarder.aclose()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (304, UnexpectedReply),
        (400, Rejected),
        (401, Rejected),
        (404, Rejected),
        (408, Unavailable),
        (429, RateLimited),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
async def test_only_a_refusal_that_may_pass_is_worth_another_try(
    forwarder: HttpForwarder, receiver: CannedServer, status: int, error: type[RayneError]
) -> None:
    receiver.answer = lambda _: Reply(status, b"")

    with pytest.raises(error) as refused:
        await forwarder.forward(receiver.url, BODY, "", 42)

    assert refused.type is error


@pytest.mark.parametrize(
    ("asked_for", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("9999999", timedelta(minutes=5)),
        ("soon", None),
        ("9" * 99, None),
    ],
)
async def test_a_busy_receiver_says_when_to_come_back(
    forwarder: HttpForwarder, receiver: CannedServer, asked_for: str, wait: timedelta | None
) -> None:
    receiver.answer = lambda _: Reply(429, b"", {"Retry_After": asked_for})

    with pytest.raises(RateLimited) as refused:
        await forwarder.forward(receiver.url, BODY, "", 42)

    assert refused.value.retry_after == wait


async def test_where_nobody_listens_another_try_may_help(forwarder: HttpForwarder) -> None:
    with pytest.raises(Unavailable):
        await forwarder.forward("http://127.0.0.1:1/hook", BODY, "", 42)


async def test_a_name_that_has_no_address_may_get_one() -> None:
    forwarder = HttpForwarder.connect(allow_private=False, resolve=Names([]), transport=Network())

    with pytest.raises(Unavailable):
        await forwarder.forward(f"https://{NAME}/", BODY, "", 42)


@pytest.mark.parametrize(
    "url", ["ftp://chat.test/", "file:///etc/passwd", "no address", "https://", "http://[::1/", ""]
)
async def test_what_is_no_web_address_is_refused(careful: HttpForwarder, url: str) -> None:
    with pytest.raises(InvalidInput):
        await careful.forward(url, BODY, "", 42)


@pytest.mark.parametrize("status", [204, 302, 404, 500])
async def test_a_token_in_the_address_is_never_told(
    forwarder: HttpForwarder,
    receiver: CannedServer,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver.answer = lambda _: Reply(status, b"")
    caplog.set_level(logging.WARNING)
    said = ""

    try:
        await forwarder.forward(f"{receiver.url}/hunter2?key=hunter2", b"hunter2", "", 42)
    except RayneError as error:
        said = str(error)

    assert "hunter2" not in said + caplog.text
