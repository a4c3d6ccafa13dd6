"""Fifty callers share the sandbox's limit, in real time: all get their answers, in their turn."""

import asyncio
from collections import Counter
from datetime import timedelta

import httpx
import pytest

from adapters import clock
from dd_lib.client import DatadogClient
from dd_lib.datadog import DatadogApi
from dd_lib.sandbox.app import SCENARIOS, create_sandbox
from dd_lib.sandbox.rate_limits import LimitRule
from tests.factories import a_window
from tests.servers.rate_ledger import RateLedger

# The unit tests wait for ten seconds in virtual time; the sandbox needs the real one.
TEN_IN_TWO_SECONDS = LimitRule(name="*", requests=10, period_seconds=2)
CALLERS = 50


@pytest.fixture(scope="module")
async def ledger() -> RateLedger:
    """After fifty searches at once."""
    sandbox = create_sandbox(scenarios=SCENARIOS, clock=clock.now, app_url="http://sandbox.test")
    sandbox.state.rate_limits.enforce((TEN_IN_TWO_SECONDS,))
    ledger = RateLedger(httpx.ASGITransport(sandbox))
    client = DatadogClient.connect(
        api_url="http://sandbox.test",
        api_key="key",
        app_key="app",
        patience=timedelta(minutes=1),
        transport=ledger,
    )
    api = DatadogApi(client, "http://sandbox.test")
    searches = (api.search_logs("*", a_window(), limit=1) for _ in range(CALLERS))
    await asyncio.gather(*searches)
    await api.aclose()
    return ledger


def test_no_caller_is_refused_or_lost(ledger: RateLedger) -> None:
    assert Counter(call.status for call in ledger.calls) == {200: CALLERS}


def test_the_limit_is_reached(ledger: RateLedger) -> None:
    assert [call for call in ledger.calls if call.remaining == 0]


def test_once_nothing_is_left_nobody_asks_before_the_reset(ledger: RateLedger) -> None:
    assert ledger.premature() == []
