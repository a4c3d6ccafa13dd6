"""Whatever mutes in Datadog's place behaves like this: the one in memory and the sandbox's."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dd_lib.datadog import DatadogApi
from domain.downtimes import DowntimeRequest, owner_key
from domain.errors import NotFound
from domain.ports import Downtimes
from tests.factories import NOON
from tests.fakes.downtimes import FakeDowntimes
from tests.servers.sandbox import a_sandbox

KEY = owner_key("1a2b3c4d5e", "episode", 1, 7)
UNKNOWN = "00000000-0000-1234-0000-000000000000"


def a_request(**changes: Any) -> DowntimeRequest:
    defaults: dict[str, Any] = {
        "key": KEY,
        "monitor_id": 42,
        "scope": "env:prod AND service:checkout",
        "message": f"Muted by Rayne.\n\nKey: {KEY}",
        "end_at": NOON + timedelta(hours=2),
    }
    return DowntimeRequest(**(defaults | changes))


@pytest.fixture(params=["in memory", "the sandbox"])
async def downtimes(request: pytest.FixtureRequest) -> AsyncIterator[Downtimes]:
    if request.param == "in memory":
        yield FakeDowntimes()
        return
    api = DatadogApi.connect(
        api_url="http://sandbox.test",
        app_url="http://sandbox.test",
        api_key="key",
        app_key="app",
        transport=httpx.ASGITransport(a_sandbox()),
    )
    yield api
    await api.aclose()


async def test_what_was_created_is_found_by_its_key(downtimes: Downtimes) -> None:
    created = await downtimes.create_downtime(a_request())

    found = await downtimes.find_downtime(KEY)

    assert found is not None
    assert found.id == created.id
    assert (found.key, found.monitor_id, found.scope) == (KEY, 42, a_request().scope)
    assert found.end_at == NOON + timedelta(hours=2)


async def test_a_key_that_nobody_used_is_not_found(downtimes: Downtimes) -> None:
    await downtimes.create_downtime(a_request())

    assert await downtimes.find_downtime(owner_key("1a2b3c4d5e", "episode", 2, 7)) is None


async def test_one_that_is_scheduled_is_found(downtimes: Downtimes) -> None:
    await downtimes.create_downtime(a_request(start_at=NOON + timedelta(hours=1)))

    assert await downtimes.find_downtime(KEY) is not None


async def test_one_that_was_cancelled_is_not_found(downtimes: Downtimes) -> None:
    created = await downtimes.create_downtime(a_request())

    await downtimes.cancel_downtime(created.id)

    assert await downtimes.find_downtime(KEY) is None


async def test_cancelling_again_changes_nothing(downtimes: Downtimes) -> None:
    created = await downtimes.create_downtime(a_request())
    await downtimes.cancel_downtime(created.id)

    await downtimes.cancel_downtime(created.id)

    assert await downtimes.find_downtime(KEY) is None


async def test_an_id_never_heard_of_cannot_be_cancelled(downtimes: Downtimes) -> None:
    with pytest.raises(NotFound):
        await downtimes.cancel_downtime(UNKNOWN)
