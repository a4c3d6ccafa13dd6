"""An answer as the bytes that the Messages API would send."""

import json
from typing import Any

from tests.servers.anthropic_answers import Answer, Call
from tests.servers.anthropic_cache import tokens_in
from tests.servers.anthropic_conversation import Conversation, explanation_of, signature


def body_of(
    answer: Answer, asked: Conversation, prompt: dict[str, int]
) -> tuple[bytes, dict[str, int]]:
    """The body and the usage in it. `prompt` is what the prompt counts as, in tokens."""
    if answer.body is not None:
        return answer.body.encode(), {}
    if answer.status != 200:
        return error_body(answer), {}
    content = _content(answer, asked)
    usage = answer.usage or prompt | {"output_tokens": tokens_in(content)}
    message = {
        "id": "msg_011scripted",
        "type": "message",
        "role": "assistant",
        "model": asked.body["model"],
        "content": content,
        "stop_reason": answer.stop_reason or ("tool_use" if answer.calls else "end_turn"),
        "stop_sequence": None,
        "stop_details": answer.stop_details,
        "usage": usage,
    }
    return json.dumps(message).encode(), usage


def error_body(answer: Answer) -> bytes:
    error: dict[str, Any] = {"type": answer.error_type, "message": answer.message}
    if answer.error_code:
        error["details"] = {"error_code": answer.error_code}
    content = {"type": "error", "error": error, "request_id": "req_011scripted"}
    return json.dumps(content).encode()


def _content(answer: Answer, asked: Conversation) -> list[dict[str, Any]]:
    # Models that think put a thinking block first, empty unless one asks to see it.
    bound = signature(asked.body, len(asked.body["messages"]), answer.thinking)
    thought = {"type": "thinking", "thinking": answer.thinking, "signature": bound}
    if answer.calls:
        calls = [_call(call, f"toolu_{asked.turn}_{n}") for n, call in enumerate(answer.calls, 1)]
        return [thought, *calls]
    return [thought, {"type": "text", "text": _text(answer, asked)}]


def _call(call: Call, id: str) -> dict[str, Any]:
    return {"type": "tool_use", "id": call.id or id, "name": call.name, "input": call.arguments}


def _text(answer: Answer, asked: Conversation) -> str:
    if answer.cites_case:
        return explanation_of(asked).model_dump_json()
    if answer.explanation is not None:
        return answer.explanation.model_dump_json()
    return answer.text or ""
