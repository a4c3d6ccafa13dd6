"""What the Messages API demands of a conversation with tools: all answered, nothing altered."""

from collections.abc import Iterator
from typing import Any

from tests.servers.anthropic_conversation import signature

Blocks = list[dict[str, Any]]


def wrong_turns(body: dict[str, Any]) -> Iterator[str]:
    """The API's complaints, in the order of the messages. The body has the right shape."""
    turns = [_blocks(message) for message in body["messages"]]
    if not body.get("tools") and any(_tools_in(turn) for turn in turns):
        yield "Requests which include `tool_use` or `tool_result` blocks must define tools"
    asked: list[str] = []
    for number, (message, turn) in enumerate(zip(body["messages"], turns, strict=True)):
        if message["role"] == "assistant":
            yield from _wrong_assistant(body, number, turn)
            asked = _ids(turn, "tool_use", "id")
        else:
            yield from _wrong_user(number, turn, asked)
            asked = []


def _wrong_assistant(body: dict[str, Any], number: int, turn: Blocks) -> Iterator[str]:
    ids = _ids(turn, "tool_use", "id")
    if len(ids) != len(set(ids)):
        yield f"messages.{number}: `tool_use` ids must be unique"
    if ids and turn[0]["type"] != "thinking":
        # Scripted models always think before they call: so a block was left out.
        yield f"messages.{number}.content.0.type: Expected `thinking`, but found another block"
    for place, block in enumerate(turn):
        if block["type"] == "tool_result":
            yield f"messages.{number}.content.{place}: `tool_result` blocks are for users"
        if block["type"] == "thinking" and block["signature"] != signature(
            body, number, block["thinking"]
        ):
            yield (
                f"messages.{number}.content.{place}: `thinking` blocks cannot be modified, nor what"
                " stood before them. They must remain as they were in the original response."
            )


def _wrong_user(number: int, turn: Blocks, asked: list[str]) -> Iterator[str]:
    answered = _ids(turn, "tool_result", "tool_use_id")
    for name in answered:
        if name not in asked:
            yield (
                f"messages.{number}: unexpected `tool_use_id` in `tool_result` blocks: {name}."
                " Each `tool_result` block must have a corresponding `tool_use` block in the"
                " previous message."
            )
    if len(answered) != len(set(answered)):
        yield f"messages.{number}: each tool_use must have a single result"
    missing = [name for name in asked if name not in answered]
    first = [block["type"] for block in turn[: len(asked)]]
    if missing or first != ["tool_result"] * len(asked):
        yield (
            f"messages.{number - 1}: `tool_use` ids were found without `tool_result` blocks"
            f" immediately after: {', '.join(missing or asked)}."
        )
    if any(block["type"] in {"tool_use", "thinking"} for block in turn):
        yield f"messages.{number}: `tool_use` and `thinking` blocks are for assistants"


def _blocks(message: dict[str, Any]) -> Blocks:
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _tools_in(turn: Blocks) -> bool:
    return any(block["type"] in {"tool_use", "tool_result"} for block in turn)


def _ids(turn: Blocks, kind: str, name: str) -> list[str]:
    return [block[name] for block in turn if block["type"] == kind]
