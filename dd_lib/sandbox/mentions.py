"""Whom a monitor's message notifies at a change: its conditional blocks, and the webhooks in it."""

import re

from pydantic import JsonValue

_BLOCK = re.compile(
    r"\{\{(?P<sign>[#^])(?P<condition>is_\w+)\}\}"
    r"(?P<inner>(?:(?!\{\{[#^]is_).)*?)"  # innermost first
    r"\{\{/(?P=condition)\}\}",
    re.DOTALL,
)
_MENTION = re.compile(r"@webhook-([\w-]+(?:[\w.-]*\w)?)")
_CONDITIONS = {
    "is_alert": ("Triggered", "Re-Triggered"),
    "is_warning": ("Warn", "Re-Warn"),
    "is_no_data": ("No Data", "Re-No Data"),
    "is_recovery": ("Recovered",),
    "is_renotify": ("Renotify", "Re-Triggered", "Re-Warn", "Re-No Data"),
}


def mentioned_webhooks(message: str, transition: JsonValue) -> tuple[str, ...]:
    """Names in order, each once. Blocks whose condition is another's stay out."""
    return tuple(dict.fromkeys(_MENTION.findall(_without_blocks(message, str(transition)))))


def _without_blocks(message: str, transition: str) -> str:
    """A condition that is not known here counts as met."""

    def decide(match: re.Match[str]) -> str:
        met = transition in _CONDITIONS.get(match["condition"], (transition,))
        return match["inner"] if met is (match["sign"] == "#") else ""

    replaced = 1
    while replaced:
        message, replaced = _BLOCK.subn(decide, message)
    return message
