"""What a request to the Messages API says: which conversation, which turn, what evidence."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from domain.analysis import Claim, Explanation
from domain.quotes import MIN_QUOTE

_ALTERED = re.compile(r"\[(?:redacted|cut|text withheld)")
_HEADING = re.compile(r"^#[0-9a-f]{12}# (?:EVIDENCE (\S+))?.*$")


@dataclass(frozen=True)
class Conversation:
    """One request's body, which always holds all that was said before it."""

    body: dict[str, Any]

    @property
    def key(self) -> str:
        """The same for all turns of an analysis, and another for each other analysis."""
        return hashlib.sha256(self.case.encode()).hexdigest()[:12]

    @property
    def turn(self) -> int:
        """The number of the answer that is asked for, from 1."""
        return 1 + [message["role"] for message in self.body["messages"]].count("assistant")

    @property
    def tools(self) -> tuple[str, ...]:
        return tuple(tool["name"] for tool in self.body.get("tools") or ())

    @property
    def must_conclude(self) -> bool:
        """Whether the model has no way to call a tool."""
        return not self.tools or (self.body.get("tool_choice") or {}).get("type") == "none"

    @property
    def case(self) -> str:
        """What the user says first."""
        content = self.body["messages"][0]["content"]
        return content if isinstance(content, str) else str(content[0].get("text", ""))

    @property
    def results(self) -> tuple[dict[str, Any], ...]:
        """The tool_result blocks, in order."""
        return tuple(block for block in self._blocks() if block["type"] == "tool_result")

    @cached_property
    def told(self) -> str:
        """All text from the user's side: the case, the results and what stands between."""
        return "\n".join(str(block.get("text") or block.get("content")) for block in self._blocks())

    @cached_property
    def evidence(self) -> tuple[tuple[str, str], ...]:
        """The id of each piece of evidence, and its first line that can be quoted."""
        found: dict[str, str] = {}
        for name, line in self._data():
            if name and len(line) >= MIN_QUOTE and not _ALTERED.search(line):
                found.setdefault(name, line)
        return tuple(found.items())

    @cached_property
    def data(self) -> tuple[str, ...]:
        """The lines that came from outside, without their bars."""
        return tuple(line for _, line in self._data())

    def _blocks(self) -> Iterator[dict[str, Any]]:
        for message in self.body["messages"]:
            if message["role"] == "user":
                content = message["content"]
                yield from (
                    [{"type": "text", "text": content}] if isinstance(content, str) else content
                )

    def _data(self) -> Iterator[tuple[str, str]]:
        name = ""
        for line in self.told.splitlines():
            if line.startswith("| "):
                yield name, line[2:]
            elif heading := _HEADING.match(line):
                name = heading[1] or ""


def explanation_of(asked: Conversation) -> Explanation:
    """Blames the first event, if any, and quotes it and the first other evidence."""
    events = [pair for pair in asked.evidence if pair[0].startswith("event-")]
    cited = (*events[:1], *(pair for pair in asked.evidence if pair not in events))[:3]
    claims = tuple(
        Claim(statement=f"{name} shows it.", evidence_id=name, quote=line) for name, line in cited
    )
    culprit = events[0][0] if events else "none"
    return Explanation(summary="A scripted explanation.", culprit_change=culprit, claims=claims)


def signature(body: dict[str, Any], messages_before: int, thinking: str) -> str:
    """What binds a thinking block to all that stood before it, as preserved thinking does.

    Cache markers and the order of keys do not count.
    """
    prefix = [body.get("system"), body.get("tools"), body["messages"][:messages_before], thinking]
    text = json.dumps(without_markers(prefix), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def without_markers(value: Any) -> Any:
    """The same without any cache_control."""
    if isinstance(value, list):
        return [without_markers(part) for part in value]
    if isinstance(value, dict):
        kept = {name: part for name, part in value.items() if name != "cache_control"}
        return {name: without_markers(part) for name, part in kept.items()}
    return value
