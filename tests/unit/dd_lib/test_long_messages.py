"""Log messages of any length: what is kept of them is bounded and says what is missing."""

import httpx

from dd_lib.datadog import DatadogApi
from dd_lib.logs import HEAD, TAIL
from tests.factories import NOON, a_window


async def message_of(sent: str) -> str:
    line = {"attributes": {"timestamp": NOON.isoformat(), "message": sent}}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"data": [line]}))
    datadog = DatadogApi.connect(
        api_url="https://api.datadoghq.com",
        app_url="https://app.datadoghq.com",
        api_key="a" * 32,
        app_key="b" * 40,
        transport=transport,
    )
    found = await datadog.search_logs("*", a_window(), limit=1)
    await datadog.aclose()
    return found.lines[0].message


async def test_an_ordinary_message_is_whole() -> None:
    assert await message_of("x" * (HEAD + TAIL)) == "x" * (HEAD + TAIL)


async def test_a_dump_keeps_its_beginning_and_its_end_and_says_what_is_missing() -> None:
    dump = "Traceback:" + "x" * 1_000_000 + "caused by: disk full"

    kept = await message_of(dump)

    assert kept.startswith("Traceback:")
    assert kept.endswith("caused by: disk full")
    assert f"[…{len(dump) - HEAD - TAIL} characters left out…]" in kept
    assert len(kept) < HEAD + TAIL + 100
