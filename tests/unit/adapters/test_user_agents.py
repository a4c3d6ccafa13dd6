"""A browser is counted under its own name, and a tablet is no phone."""

import pytest

from adapters.user_agents import UserAgents
from domain.rum import Client

_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
_APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"

KNOWN = {
    f"{_WINDOWS} Chrome/126.0.0.0 Safari/537.36": ("desktop", "Chrome", "Windows"),
    f"{_WINDOWS} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0": ("desktop", "Edge", "Windows"),
    f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {_APPLE} Mobile/15E148 Safari/604.1": (
        "tablet",
        "Safari",
        "iOS",
    ),
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {_APPLE} Mobile/1 Safari/604.1": (
        "mobile",
        "Safari",
        "iOS",
    ),
    f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {_CHROME} Mobile Safari/537.36": (
        "mobile",
        "Chrome",
        "Android",
    ),
    f"Mozilla/5.0 (Linux; Android 13; SM-X900) {_CHROME} Safari/537.36": (
        "tablet",
        "Chrome",
        "Android",
    ),
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_APPLE} Safari/605.1.15": (
        "desktop",
        "Safari",
        "macOS",
    ),
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0": (
        "desktop",
        "Firefox",
        "Linux",
    ),
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": (
        "bot",
        "Googlebot",
        "Unknown",
    ),
    "": ("desktop", "Unknown", "Unknown"),
    "\x00 \ud800 " + "x" * 500: ("desktop", "Unknown", "Unknown"),
}


@pytest.mark.parametrize(("text", "words"), KNOWN.items())
async def test_a_browser_is_read(text: str, words: tuple[str, str, str]) -> None:
    device_type, browser, system = words

    found = await UserAgents().read(text)

    assert found == Client(device_type=device_type, browser=browser, os=system)


async def test_a_browser_met_again_is_read_alike() -> None:
    agents, text = UserAgents(), next(iter(KNOWN))

    first, again = await agents.read(text), await agents.read(text)

    assert first is again
