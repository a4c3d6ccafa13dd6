"""Where a connection breaks after Datadog wrote, whoever looks first writes nothing twice."""

from dataclasses import dataclass

import httpx
import pytest

from dd_lib.datadog import DatadogApi
from domain.errors import Unavailable
from tests.contract.test_downtimes_port import KEY, a_request
from tests.factories import a_notebook
from tests.servers.sandbox import a_sandbox


@dataclass
class LosesFirstWrite(httpx.AsyncBaseTransport):
    """Hands everything on, and breaks the connection once a first POST was answered."""

    inner: httpx.AsyncBaseTransport
    is_due: bool = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self.inner.handle_async_request(request)
        if self.is_due and request.method == "POST":
            self.is_due = False
            raise httpx.ReadError("connection reset", request=request)
        return response


@pytest.fixture
def datadog() -> DatadogApi:
    return DatadogApi.connect(
        api_url="http://sandbox.test",
        app_url="http://sandbox.test",
        api_key="key",
        app_key="app",
        transport=LosesFirstWrite(httpx.ASGITransport(a_sandbox())),
    )


async def test_a_downtime_whose_answer_was_lost_is_found(datadog: DatadogApi) -> None:
    with pytest.raises(Unavailable):
        await datadog.create_downtime(a_request())

    found = await datadog.find_downtime(KEY)

    assert found is not None


async def test_a_notebook_whose_answer_was_lost_is_found(datadog: DatadogApi) -> None:
    notebook = a_notebook()
    with pytest.raises(Unavailable):
        await datadog.create_notebook(notebook)

    found = await datadog.find_notebook(notebook.key)

    assert found is not None
