"""Fifty parallel analyses share the sandbox's limit, in real time: all get their answers."""

import asyncio
from collections import Counter
from datetime import timedelta

import httpx

from adapters import clock
from dd_lib.client import DatadogClient
from dd_lib.datadog import DatadogApi
from dd_lib.sandbox.app import SCENARIOS, create_sandbox
from dd_lib.sandbox.rate_limits import LimitRule
from tests.contract.asking_datadog import Overheard
from tests.factories import a_window

# The unit tests wait for ten seconds in virtual time; the sandbox needs the real one.
TEN_IN_TWO_SECONDS = LimitRule(name="*", requests=10, period_seconds=2)


async def test_no_analysis_is_refused_or_lost() -> None:
    sandbox = create_sandbox(scenarios=SCENARIOS, clock=clock.now, app_url="http://sandbox.test")
    sandbox.state.rate_limits.enforce((TEN_IN_TWO_SECONDS,))
    overheard = Overheard(httpx.ASGITransport(sandbox))
    client = DatadogClient.connect(
        api_url="http://sandbox.test",
        api_key="key",
        app_key="app",
        patience=timedelta(minutes=1),
        transport=overheard,
    )
    api = DatadogApi(client, "http://sandbox.test")

    answers = await asyncio.gather(*(api.search_logs("*", a_window(), limit=1) for _ in range(50)))

    assert len(answers) == 50
    assert Counter(exchange.status for exchange in overheard.exchanges) == {200: 50}
    await api.aclose()
