"""What a browser says of itself, read with the uap-core rules that ua-parser carries."""

import asyncio

import ua_parser
from cachetools import LRUCache
from ua_parser import Result

from domain.rum import Client

_REMEMBERED = 2000

# Statistics count browsers and systems, not their editions; the first Rayne used these names.
_BROWSERS = (" Mobile", "Mobile ", " iOS", " WebView")
_SYSTEMS = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS"}
_DESKTOPS = {"Windows", "macOS", "Linux", "Ubuntu", "Fedora", "Debian", "ChromeOS", "FreeBSD"}
_PHONES = {"iOS", "Windows Phone", "KaiOS", "HarmonyOS"}


class UserAgents:
    """Off the event loop, because the rules take half a second to compile at their first use.

    Later ones take about a millisecond, and nothing where the browser was met lately.
    """

    def __init__(self) -> None:
        self._known: LRUCache[str, Client] = LRUCache(maxsize=_REMEMBERED)

    async def read(self, text: str) -> Client:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = await asyncio.to_thread(_read, text)
        return known


def _read(text: str) -> Client:
    parsed = ua_parser.parse(text)
    system = parsed.os.family if parsed.os else "Unknown"
    system = _SYSTEMS.get(system, system)
    return Client(
        device_type=_device_type(text, parsed, system), browser=_browser(parsed), os=system
    )


def _browser(parsed: Result) -> str:
    if parsed.user_agent is None:
        return "Unknown"
    family = parsed.user_agent.family
    for edition in _BROWSERS:
        family = family.replace(edition, "")
    return family


def _device_type(text: str, parsed: Result, system: str) -> str:
    device = parsed.device
    family, brand = (device.family, device.brand or "") if device else ("", "")
    if family == "Spider":
        return "bot"
    if family.startswith("iPad") or "Tablet" in brand or "Tablet" in text:
        return "tablet"
    if system == "Android":  # by Google's own rule, tablets leave out the word
        return "mobile" if "Mobile" in text else "tablet"
    if system in _PHONES or (system not in _DESKTOPS and "Mobile" in text):
        return "mobile"
    return "desktop"
