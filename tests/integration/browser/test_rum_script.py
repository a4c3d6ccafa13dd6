"""What a visitor does in a real browser is what Rayne's tables hold."""

import asyncio
import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.settings import ASSETS
from tests.integration.browser.conftest import Site
from tests.servers.chromium import Chromium, Page

_WITHIN = 20  # seconds

BLOCKED = """
Object.defineProperty(window, "localStorage", {get() { throw new DOMException("blocked"); }});
"""
FULL = "Storage.prototype.setItem = function () { throw new DOMException('full'); };"
DO_NOT_TRACK = 'Object.defineProperty(navigator, "doNotTrack", {value: "1"});'
PRIVACY_CONTROL = 'Object.defineProperty(navigator, "globalPrivacyControl", {value: true});'


async def rows(site: Site, query: str) -> list[dict[str, Any]]:
    async with site.database.connection() as connection:
        cursor = await connection.execute(query)
        return await cursor.fetchall()


async def events(site: Site) -> list[tuple[str, str]]:
    """Kind and name of each, in the order they came."""
    found = await rows(site, "SELECT * FROM rum_events ORDER BY id")
    return [
        (row["event_type"], row["action_name"] or row["error_message"] or row["page_title"])
        for row in found
    ]


async def eventually(site: Site, query: str, wanted: object) -> None:
    """Until the first column of the first row is `wanted`."""
    found: object = None
    try:
        async with asyncio.timeout(_WITHIN):
            while found != wanted:
                found = next(iter((await rows(site, query))[0].values()))
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{found!r} is not {wanted!r}: {await events(site)}") from None


COUNT = "SELECT count(*) FROM rum_events"
SESSIONS = "SELECT count(*) FROM rum_sessions"
ENDED = "SELECT count(*) FROM rum_sessions WHERE end_time IS NOT NULL"


async def sent_by(browser: Chromium, count: int) -> list[dict[str, Any]]:
    """What pages posted, once there are `count`: a browser tells of a request after it made it."""
    sent: list[dict[str, Any]] = []
    async with asyncio.timeout(_WITHIN):
        while len(sent) < count:
            await asyncio.sleep(0.02)
            sent = [one for one in browser.requests if one["method"] != "GET"]
    return sent


async def hide(browser: Chromium, page: Page) -> Page:
    """Behind another tab, which is returned."""
    other = await browser.open()
    await page.until("document.visibilityState === 'hidden'")
    return other


def test_the_script_is_small() -> None:
    script = (ASSETS / "rayne-rum.js").read_bytes()

    assert len(gzip.compress(script)) < 4 * 1024


async def test_a_visit_from_the_first_page_to_the_next_day(
    site: Site, browser: Chromium, tmp_path: Path
) -> None:
    page = await browser.open()
    await page.load(site.url)
    await eventually(site, COUNT, 1)
    assert await events(site) == [("view", "Sample shop")]

    for button in ("#buy", "#cart", "#private", "#fail", "#reject"):
        await page.click(button)
    await eventually(site, COUNT, 7)  # that a promise was broken is only told a moment later
    await page.click("#route")
    await eventually(site, COUNT, 9)
    assert (await events(site))[1:] == [
        ("action", "Buy the umbrella"),
        ("action", "open cart"),
        ("action", "Throw an error"),
        ("error", "Error: the umbrella is out of stock"),
        ("action", "Break a promise"),
        ("error", "Error: the payment was refused"),
        ("action", "A route of this page"),
        ("view", "Sample shop: umbrellas"),
    ]
    await page.screenshot(tmp_path / "sample.png")

    await page.run("rayneRum.action('last words')")
    other = await hide(browser, page)
    await eventually(site, COUNT, 10)
    await eventually(site, ENDED, 1)
    (session,) = await rows(site, "SELECT * FROM rum_sessions")
    assert session["exit_page"] == site.url + "#/umbrellas"

    await other.close()
    await page.come_to_front()
    await page.reload()
    await eventually(site, COUNT, 11)
    (resumed,) = await rows(site, "SELECT * FROM rum_sessions")
    assert resumed["session_id"] == session["session_id"]
    assert (resumed["page_views"], resumed["browser"]) == (3, session["browser"])

    site.later = timedelta(days=1)
    await page.reload()
    await eventually(site, SESSIONS, 2)
    await eventually(site, COUNT, 12)
    (visitor,) = await rows(site, "SELECT * FROM rum_visitors")
    assert (visitor["session_count"], visitor["total_views"]) == (2, 4)


async def test_beacons_are_plain_text_and_ask_for_nothing_first(
    site: Site, browser: Chromium
) -> None:
    page = await browser.open()
    await page.load(site.url)
    await eventually(site, COUNT, 1)
    await page.click("#buy")
    await hide(browser, page)

    sent = await sent_by(browser, 4)

    assert {one["method"] for one in sent} == {"POST"}
    assert {one["headers"]["Content-Type"] for one in sent} == {"text/plain;charset=UTF-8"}
    assert [one["url"].rpartition("/v1/rum/")[2] for one in sent] == [
        "init",
        "track",
        "track",
        "session/end",
    ]


async def test_events_of_a_moment_travel_together(site: Site, browser: Chromium) -> None:
    page = await browser.open()
    await page.load(site.url)
    await eventually(site, COUNT, 1)

    await page.run("for (let n = 0; n < 45; n++) rayneRum.action('click ' + n)")

    await eventually(site, COUNT, 46)
    sent = await sent_by(browser, 1 + 1 + 2)
    assert [one["url"].rpartition("/")[2] for one in sent] == ["init", *["track"] * 3]
    assert [name for _, name in (await events(site))[1:]] == [f"click {n}" for n in range(45)]


async def test_a_page_without_storage_is_one_visit(site: Site, browser: Chromium) -> None:
    for script in (BLOCKED, FULL):
        page = await browser.open()
        await page.before_every_page(script)
        await page.load(site.url)
        await page.click("#buy")
        await page.click("#fail")
        await page.close()

    await eventually(site, COUNT, 8)
    assert len(await rows(site, "SELECT FROM rum_visitors")) == 2
    assert len(await rows(site, "SELECT FROM rum_sessions")) == 2


async def test_who_asks_not_to_be_tracked_is_not(site: Site, browser: Chromium) -> None:
    known = await browser.open()
    await known.load(site.url)
    await eventually(site, COUNT, 1)

    for script in (DO_NOT_TRACK, PRIVACY_CONTROL):
        page = await browser.open()
        await page.before_every_page(script)
        await page.load(site.url)
        await page.click("#buy")
        await page.run("rayneRum.action('quiet')")
        kept = await page.run("localStorage.length")
        await hide(browser, page)

        assert (kept, page.posted) == (0, [])
        assert await page.run("rayneRum.ids()") is None

    assert known.posted


async def test_two_tabs_are_one_session(site: Site, browser: Chromium) -> None:
    first, second = await browser.open(), await browser.open()

    await first.load(site.url)
    await second.load(site.url)

    await eventually(site, COUNT, 2)
    await eventually(site, SESSIONS, 1)


async def test_a_page_that_is_closed_at_once_is_counted(site: Site, browser: Chromium) -> None:
    page = await browser.open()
    await page.load(site.url)
    await page.close()

    await eventually(site, COUNT, 1)
    await eventually(site, SESSIONS, 1)
