"""Create, crash, retry: the step that mutes, our client and the sandbox make one downtime."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from temporalio.testing import ActivityEnvironment

from activities.downtimes import DowntimeActivities
from dd_lib.datadog import DatadogApi
from domain.errors import Unavailable
from domain.mutings import MutingEnd, MutingState, MutingWish
from tests.contract.test_lost_answers import LosesFirstWrite
from tests.factories import NOON, a_muting, an_incident
from tests.fakes.incidents import FakeIncidents
from tests.fakes.mutings import FakeMutings
from tests.fakes.store_state import FakeState
from tests.servers.sandbox import a_sandbox, asking

KEY = a_muting().key
WISH = MutingWish(key=KEY, ends_at=NOON + timedelta(hours=2))
ENVIRONMENT = ActivityEnvironment()


@pytest.fixture
def sandbox() -> FastAPI:
    return a_sandbox()


@pytest.fixture
async def steps(sandbox: FastAPI) -> AsyncIterator[DowntimeActivities]:
    datadog = DatadogApi.connect(
        api_url="http://sandbox.test",
        app_url="http://sandbox.test",
        api_key="key",
        app_key="app",
        transport=LosesFirstWrite(httpx.ASGITransport(sandbox)),
    )
    state = FakeState()
    incidents, mutings = FakeIncidents(state), FakeMutings(state)
    incidents.add(an_incident())
    await mutings.plan_mutings([a_muting()])
    yield DowntimeActivities(datadog, mutings, incidents)
    await datadog.aclose()


async def the_only_downtime(sandbox: FastAPI) -> Any:
    """What the sandbox holds, asked without our client."""
    async with asking(sandbox) as http:
        [downtime] = (await http.get("/api/v2/downtime")).json()["data"]
    return downtime["attributes"]


async def test_a_crash_after_the_write_leaves_one_downtime(
    sandbox: FastAPI, steps: DowntimeActivities
) -> None:
    with pytest.raises(Unavailable):
        await ENVIRONMENT.run(steps.mute_monitor, WISH)

    outcome = await ENVIRONMENT.run(steps.mute_monitor, WISH)

    downtime = await the_only_downtime(sandbox)
    assert KEY in downtime["message"]
    assert downtime["monitor_identifier"] == {"monitor_id": 42}
    assert outcome.ends_at == WISH.ends_at


async def test_what_was_muted_is_lifted(sandbox: FastAPI, steps: DowntimeActivities) -> None:
    with pytest.raises(Unavailable):
        await ENVIRONMENT.run(steps.mute_monitor, WISH)
    await ENVIRONMENT.run(steps.mute_monitor, WISH)
    end = MutingEnd(key=KEY, state=MutingState.LIFTED, over_at=NOON)

    await ENVIRONMENT.run(steps.lift_downtime, end)
    await ENVIRONMENT.run(steps.lift_downtime, end)  # a retry of it changes nothing

    assert (await the_only_downtime(sandbox))["status"] == "canceled"
