"""No exception of httpx leaves `dd_lib`: each becomes a domain error."""

import inspect

import httpx
import pytest

from dd_lib.datadog import DatadogApi
from domain.errors import Misconfigured, RayneError, TimedOut, Unavailable, UnexpectedReply
from tests.factories import a_notebook, a_window

REQUEST = httpx.Request("GET", "https://api.datadog.test")


def httpx_failures() -> list[Exception]:
    """One of every exception class that httpx exports."""
    exported = [value for value in vars(httpx).values() if inspect.isclass(value)]
    return [_one(kind) for kind in exported if issubclass(kind, Exception)]


def _one(kind: type[Exception]) -> Exception:
    if issubclass(kind, httpx.HTTPStatusError):
        return kind("boom", request=REQUEST, response=httpx.Response(500))
    return kind("boom") if "message" in inspect.signature(kind).parameters else kind()


def _failing_with(error: Exception) -> DatadogApi:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    return DatadogApi.connect(
        api_url="https://api.datadog.test",
        app_url="https://app.datadog.test",
        api_key="key",
        app_key="app",
        transport=httpx.MockTransport(fail),
    )


@pytest.mark.parametrize("failure", httpx_failures(), ids=lambda error: type(error).__name__)
async def test_every_failure_of_httpx_becomes_a_domain_error(failure: Exception) -> None:
    api = _failing_with(failure)

    with pytest.raises(RayneError) as raised:
        await api.search_logs("*", a_window(), limit=1)

    assert raised.value.__cause__ is failure
    assert type(failure).__name__ in str(raised.value)
    await api.aclose()


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx.ConnectError("x"), Unavailable),
        (httpx.RemoteProtocolError("x"), Unavailable),
        (httpx.ReadTimeout("x"), TimedOut),
        (httpx.PoolTimeout("x"), TimedOut),
        (httpx.InvalidURL("x"), Misconfigured),
        (httpx.UnsupportedProtocol("x"), Misconfigured),
        (httpx.DecodingError("x"), UnexpectedReply),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
async def test_a_failure_says_whether_asking_again_helps(
    failure: Exception, expected: type[RayneError]
) -> None:
    api = _failing_with(failure)

    with pytest.raises(RayneError) as raised:
        await api.create_notebook(a_notebook())

    assert type(raised.value) is expected
    await api.aclose()


async def test_a_failures_own_text_is_not_repeated() -> None:
    api = _failing_with(httpx.LocalProtocolError("Illegal header value b'key'"))

    with pytest.raises(RayneError) as raised:
        await api.check_keys()

    assert "Illegal" not in str(raised.value)
    await api.aclose()
