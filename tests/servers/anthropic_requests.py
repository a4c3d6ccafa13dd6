"""What the Messages API demands of a request, as far as Rayne uses it: a closed world."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from tests.servers.anthropic_turns import wrong_turns

ErrorAnswer = tuple[int, str, str]  # status, type, message

_MOST_BREAKPOINTS = 4
_FORCED = {"any", "tool"}
_NEVER_FORCED = "-5-5"  # models of this generation choose for themselves
_UNSUPPORTED_KEYWORDS = {"minimum", "maximum", "minLength", "maxLength", "maxItems", "pattern"}


class _Object(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _CacheControl(_Object):
    type: Literal["ephemeral"]
    ttl: Literal["5m", "1h"] = "5m"


class _TextBlock(_Object):
    type: Literal["text"]
    text: str = Field(min_length=1)
    cache_control: _CacheControl | None = None


class _ThinkingBlock(_Object):
    """Cannot be marked for the cache, and comes back as it was given."""

    type: Literal["thinking"]
    thinking: str
    signature: str = Field(min_length=1)


class _ToolUseBlock(_Object):
    type: Literal["tool_use"]
    id: str = Field(pattern=r"^[a-zA-Z0-9_-]+$")
    name: str = Field(min_length=1, max_length=200)
    input: dict[str, JsonValue]
    cache_control: _CacheControl | None = None


class _ToolResultBlock(_Object):
    type: Literal["tool_result"]
    tool_use_id: str = Field(pattern=r"^[a-zA-Z0-9_-]+$")
    content: str | list[_TextBlock] = ""
    is_error: bool = False
    cache_control: _CacheControl | None = None


_Block = Annotated[
    _TextBlock | _ThinkingBlock | _ToolUseBlock | _ToolResultBlock, Field(discriminator="type")
]


class _Message(_Object):
    role: Literal["user", "assistant"]
    content: str | list[_Block] = Field(min_length=1)


class _InputSchema(BaseModel):
    model_config = ConfigDict(extra="allow")

    type: Literal["object"]


class _Tool(_Object):
    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,128}$")
    description: str = ""
    input_schema: _InputSchema
    cache_control: _CacheControl | None = None


class _ToolChoice(_Object):
    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class _Format(_Object):
    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema")


class _OutputConfig(_Object):
    format: _Format | None = None
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None


class _Request(_Object):
    model: str = Field(min_length=1)
    max_tokens: int = Field(ge=0, le=128_000, strict=True)
    messages: list[_Message] = Field(min_length=1)
    system: str | list[_TextBlock] | None = None
    output_config: _OutputConfig | None = None
    tools: list[_Tool] | None = None
    tool_choice: _ToolChoice | None = None
    cache_control: _CacheControl | None = None
    stop_sequences: list[str] | None = None
    metadata: dict[str, str] | None = None


def refuse(headers: Mapping[str, str], body: bytes) -> ErrorAnswer | None:
    """What the API would answer to a wrong request; None to a good one."""
    return _wrong_credentials(headers) or _wrong_headers(headers) or _wrong_body(body)


def _wrong_credentials(headers: Mapping[str, str]) -> ErrorAnswer | None:
    bearer = headers.get("authorization", "")
    if not bearer.startswith("Bearer ") and not headers.get("x-api-key"):
        return 401, "authentication_error", "x-api-key header is required"
    is_oauth = bearer.startswith("Bearer sk-ant-oat")
    if is_oauth and "oauth-2025-04-20" not in headers.get("anthropic-beta", ""):
        return 401, "authentication_error", "OAuth authentication is currently not supported."
    return None


def _wrong_headers(headers: Mapping[str, str]) -> ErrorAnswer | None:
    if not headers.get("anthropic-version"):
        return 400, "invalid_request_error", "anthropic-version: header is required"
    if not headers.get("content-type", "").startswith("application/json"):
        return 400, "invalid_request_error", "content-type: must be application/json"
    return None


def _wrong_body(body: bytes) -> ErrorAnswer | None:
    try:
        request = _Request.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"])
        return 400, "invalid_request_error", f"{place}: {problem['msg']}"
    problems = [
        *_wrong_caching(request),
        *_wrong_order(request),
        *_wrong_tools(request),
        *_wrong_schema(request),
        *wrong_turns(json.loads(body)),
    ]
    return (400, "invalid_request_error", problems[0]) if problems else None


def _wrong_caching(request: _Request) -> Iterator[str]:
    marked = request.model_dump_json(exclude_none=True).count('"cache_control":{')
    if marked > _MOST_BREAKPOINTS:
        yield f"A maximum of 4 blocks with cache_control may be provided. Found {marked}."


def _wrong_order(request: _Request) -> Iterator[str]:
    if request.messages[0].role != "user":
        yield "messages: first message must use the user role"
    if request.messages[-1].role == "assistant":
        yield "This model does not support assistant message prefill."


def _wrong_tools(request: _Request) -> Iterator[str]:
    names = [tool.name for tool in request.tools or ()]
    if len(names) != len(set(names)):
        yield "tools: Tool names must be unique."
    if request.tool_choice is None:
        return
    if not names:
        yield "tool_choice may only be specified while providing tools."
    if request.tool_choice.type in _FORCED and _NEVER_FORCED in request.model:
        yield f"tool_choice: forced tool use is not supported by {request.model}"


def _wrong_schema(request: _Request) -> Iterator[str]:
    if request.output_config and request.output_config.format:
        yield from _unsupported(request.output_config.format.schema_)


def _unsupported(schema: Any) -> Iterator[str]:
    """What constrained decoding cannot do with a schema."""
    if isinstance(schema, list):
        for part in schema:
            yield from _unsupported(part)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield "output_config.format.schema: additionalProperties must be false"
    for keyword in sorted(_UNSUPPORTED_KEYWORDS & schema.keys()):
        yield f"output_config.format.schema: {keyword} is not supported"
    for part in schema.values():
        yield from _unsupported(part)
