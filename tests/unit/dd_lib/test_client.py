"""Laws of the client: headers, refusals, waits, shapes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dd_lib.datadog import DatadogApi
from domain.errors import (
    Conflict,
    InvalidInput,
    KeyRefused,
    Misconfigured,
    NotFound,
    RateLimited,
    RayneError,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)
from tests.fakes.telemetry import FakeWatch
from tests.unit.dd_lib.conversations import Script, talking_to

MONITOR = {"id": 1, "name": "n", "type": "t", "query": "q"}


async def refused_with(answer: httpx.Response) -> RayneError:
    async with talking_to(Script(answer)) as api:
        with pytest.raises(RayneError) as raised:
            await api.get_monitor(1)
    return raised.value


async def test_both_keys_travel_in_headers() -> None:
    script = Script(MONITOR)

    async with talking_to(script) as api:
        await api.get_monitor(1)

    headers = script.requests[0].headers
    assert (headers["DD-API-KEY"], headers["DD-APPLICATION-KEY"]) == ("the-api-key", "the-app-key")
    assert "the-" not in str(script.requests[0].url)


async def test_a_key_is_freed_of_the_blanks_around_it() -> None:
    script = Script(MONITOR)

    async with talking_to(script, api_key=" the-api-key\n") as api:
        await api.get_monitor(1)

    assert script.requests[0].headers["DD-API-KEY"] == "the-api-key"


@pytest.mark.parametrize("key", ["", "  ", "two words", "schlüssel", "a\nb"])
def test_a_key_that_cannot_be_one_is_named_but_not_shown(key: str) -> None:
    with pytest.raises(Misconfigured, match="DD_APP_KEY") as raised:
        DatadogApi.connect(api_url="https://x", app_url="https://x", api_key="k", app_key=key)

    assert not key.strip() or key not in str(raised.value)


def test_an_address_that_is_none_is_named() -> None:
    with pytest.raises(Misconfigured, match="DD_API_URL"):
        DatadogApi.connect(api_url="https://x:port", app_url="https://x", api_key="k", app_key="a")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (302, UnexpectedReply),
        (400, InvalidInput),
        (401, KeyRefused),
        (403, KeyRefused),
        (404, NotFound),
        (408, TimedOut),
        (409, Conflict),
        (413, InvalidInput),
        (418, InvalidInput),
        (422, InvalidInput),
        (429, RateLimited),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
async def test_a_status_has_one_meaning(status: int, expected: type[RayneError]) -> None:
    error = await refused_with(httpx.Response(status, json={"errors": ["no"]}))

    assert type(error) is expected


async def test_nothing_is_asked_twice_by_the_client_itself() -> None:
    script = Script(httpx.Response(503), MONITOR)

    async with talking_to(script) as api:
        with pytest.raises(Unavailable):
            await api.get_monitor(1)

    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"errors": ["Monitor not found", "really"]}, "Monitor not found; really"),
        ({"errors": [{"title": "Generic Error", "detail": "bad"}]}, "Generic Error: bad"),
        ({"errors": ["Not Found"], "error_details": [{}]}, "Not Found"),
        ({"errors": "plain"}, "plain"),
        ({"errors": [{"code": 7}]}, '{"code": 7}'),
    ],
)
async def test_every_shape_of_error_body_is_read(body: dict[str, Any], said: str) -> None:
    error = await refused_with(httpx.Response(404, json=body))

    assert str(error) == f"Datadog answered 404 to GET /api/v1/monitor/1: {said}"


@pytest.mark.parametrize("body", [b"<html>Bad\nGateway</html>", b"[1]", b'"text"', b"\xff\xfe{"])
async def test_an_error_body_of_no_known_shape_is_quoted_on_one_line(body: bytes) -> None:
    error = await refused_with(httpx.Response(502, content=body))

    assert str(error).startswith("Datadog answered 502 to GET /api/v1/monitor/1: ")
    assert "\n" not in str(error)


async def test_an_empty_error_body_needs_no_words() -> None:
    error = await refused_with(httpx.Response(500))

    assert str(error) == "Datadog answered 500 to GET /api/v1/monitor/1"


async def test_a_long_error_text_is_cut_short() -> None:
    error = await refused_with(httpx.Response(400, json={"errors": ["long " * 1000]}))

    assert len(str(error)) < 300


async def test_a_refused_key_is_named_and_never_shown() -> None:
    answer = httpx.Response(403, json={"errors": ["bad key the-api-key for the-app-key"]})

    error = await refused_with(answer)

    assert "DD_API_KEY" in str(error)
    assert "DD_APP_KEY" in str(error)
    assert "the-a" not in str(error)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("0", timedelta(0)),
        ("2.5", timedelta(seconds=2.5)),
        ("3600", timedelta(seconds=60)),
        ("1e300", timedelta(seconds=60)),
        ("-1", None),
        ("nan", None),
        ("soon", None),
        (None, None),
    ],
)
async def test_a_rate_limit_says_when_to_come_back(
    header: str | None, wait: timedelta | None
) -> None:
    headers = {"X-RateLimit-Reset": header} if header is not None else {}

    error = await refused_with(httpx.Response(429, headers=headers))

    assert error.retry_after == wait


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"\xff", b"[]", b"null", b'{"id": "x"}', b'{"type": "t", "query": "q"}'],
)
async def test_an_answer_of_another_shape_is_an_unexpected_reply(body: bytes) -> None:
    error = await refused_with(httpx.Response(200, content=body))

    assert type(error) is UnexpectedReply


async def test_an_unexpected_reply_names_the_place_and_shows_no_value() -> None:
    answer = httpx.Response(200, json={**MONITOR, "overall_state": {"secret": "value"}})

    error = await refused_with(answer)

    assert "overall_state" in str(error)
    assert "value" not in f"{error} {error.__cause__}"


async def test_an_unknown_attribute_is_welcome() -> None:
    async with talking_to(Script({**MONITOR, "since_tomorrow": True})) as api:
        monitor = await api.get_monitor(1)

    assert monitor.name == "n"


async def test_an_answer_that_drips_in_for_ever_times_out() -> None:
    class Dripping(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"{"
            await asyncio.Event().wait()

    script = Script(httpx.Response(200, stream=Dripping()))
    async with talking_to(script, timeout=timedelta(milliseconds=20)) as api:
        with pytest.raises(TimedOut):
            await api.get_monitor(1)


async def test_a_path_in_the_address_is_kept() -> None:
    script = Script(MONITOR)

    async with talking_to(script, api_url="https://proxy.test/datadog/") as api:
        await api.get_monitor(1)

    assert str(script.requests[0].url) == "https://proxy.test/datadog/api/v1/monitor/1"


async def test_keys_that_datadog_takes_pass_the_check() -> None:
    script = Script({"status": "ok"})

    async with talking_to(script) as api:
        await api.check_keys()

    assert script.requests[0].url.path == "/api/v2/validate_keys"


async def test_keys_that_datadog_refuses_fail_the_check() -> None:
    async with talking_to(Script(httpx.Response(403, json={"errors": ["Forbidden"]}))) as api:
        with pytest.raises(Misconfigured):
            await api.check_keys()


async def test_a_call_is_watched_by_its_route_and_its_status() -> None:
    watch = FakeWatch()
    limits = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "9"}
    limits |= {"X-RateLimit-Period": "60", "X-RateLimit-Name": "monitors"}
    answer = httpx.Response(404, json={"errors": ["no such monitor"]}, headers=limits)

    async with talking_to(Script(answer)) as datadog:
        datadog.watched_by(watch)
        with pytest.raises(NotFound):
            await datadog.get_monitor(42)

    assert watch.calls == [("datadog", "GET /api/v1/monitor/{}", "404")]
    assert watch.limits == {"monitors": (100.0, 7.0)}
    assert len(watch.waits) == 1


async def test_a_call_without_an_answer_is_watched_by_its_error() -> None:
    watch = FakeWatch()

    def hang_up(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    async with talking_to(Script(), transport=httpx.MockTransport(hang_up)) as datadog:
        datadog.watched_by(watch)
        with pytest.raises(Unavailable):
            await datadog.get_monitor(42)

    assert watch.calls == [("datadog", "GET /api/v1/monitor/{}", "Unavailable")]
