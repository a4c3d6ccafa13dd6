"""What a browser says of itself, read with the uap-core rules that ua-parser carries."""

import ua_parser
from ua_parser import Result

from domain.rum import Client

_SAMPLE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0.0.0 Mobile Safari/537.36"

# Statistics count browsers and systems, not their editions; the first Rayne used these names.
_BROWSERS = (" Mobile", "Mobile ", " iOS", " WebView")
_SYSTEMS = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS"}
_DESKTOPS = {"Windows", "macOS", "Linux", "Ubuntu", "Fedora", "Debian", "ChromeOS", "FreeBSD"}
_PHONES = {"iOS", "Windows Phone", "KaiOS", "HarmonyOS"}


def load() -> None:
    """Compiles the rules, so that the first visitor need not wait half a second for it."""
    read_user_agent(_SAMPLE)


def read_user_agent(text: str) -> Client:
    """About a millisecond, and next to nothing for one that was read lately."""
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
