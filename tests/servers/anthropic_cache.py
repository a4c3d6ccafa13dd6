"""Anthropic's prompt cache, as far as it can be told from outside: what is read, written, neither.

A cached prefix ends at a marked block and begins with the tools, then the system, then the
messages. It is found again from a marked block by looking back at most 20 positions; calls in a row
are one position, and so are results in a row. Another tool_choice or effort is another prefix from
the first message on. Nothing expires here.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.servers.anthropic_conversation import without_markers

LOOKBACK = 20
LEAST_TOKENS = 512  # of a prefix worth keeping, for Claude 5.5
_CHARACTERS_PER_TOKEN = 4
_RUNS = {"tool_use", "tool_result"}


class _Position(NamedTuple):
    prefix: str  # hash of all up to here
    tokens: int  # of all up to here
    is_marked: bool


@dataclass
class PromptCache:
    _known: set[str] = field(default_factory=set)

    def usage(self, request: dict[str, Any]) -> dict[str, int]:
        """What the request's tokens count as; remembers its marked prefixes."""
        positions = list(_positions(request))
        marked = [number for number, position in enumerate(positions) if position.is_marked]
        end = positions[marked[-1]].tokens if marked else 0
        if end < LEAST_TOKENS:
            marked, end = [], 0
        read = max((self._found(positions, number) for number in marked), default=0)
        self._known |= {positions[n].prefix for n in marked if positions[n].tokens >= LEAST_TOKENS}
        return {
            "input_tokens": positions[-1].tokens - end,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": end - read,
        }

    def _found(self, positions: list[_Position], number: int) -> int:
        """Tokens of the longest known prefix in reach of a marked block."""
        in_reach = reversed(positions[max(0, number + 1 - LOOKBACK) : number + 1])
        return next((found.tokens for found in in_reach if found.prefix in self._known), 0)


def tokens_in(value: Any) -> int:
    return len(json.dumps(value)) // _CHARACTERS_PER_TOKEN + 1


def _positions(request: dict[str, Any]) -> Iterator[_Position]:
    running = hashlib.sha256(_salt(request["model"], request.get("output_config"), "format"))
    tokens, previous = 0, ""
    pending: _Position | None = None
    for kind, salt, block in _blocks(request):
        bare = without_markers(block)
        running.update(salt + json.dumps(bare).encode())
        tokens += tokens_in(bare)
        if pending and not (kind in _RUNS and kind == previous):
            yield pending
        is_marked = "cache_control" in block
        pending, previous = _Position(running.hexdigest(), tokens, is_marked), kind
    if pending:
        yield pending


def _blocks(request: dict[str, Any]) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    for tool in request.get("tools") or ():
        yield "tool", b"tool", tool
    for block in _as_blocks(request.get("system") or []):
        yield "system", b"system", block
    choice = request.get("tool_choice")
    salt = _salt(choice, request.get("output_config"), "effort")
    for message in request["messages"]:
        for block in _as_blocks(message["content"]):
            yield block["type"], salt + message["role"].encode(), block


def _as_blocks(content: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _salt(first: Any, output_config: dict[str, Any] | None, part: str) -> bytes:
    return json.dumps([first, (output_config or {}).get(part)]).encode()
