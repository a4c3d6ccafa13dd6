"""The agreed shape of Claude's answers: the schema that we ask for, and how a reply is read."""

from typing import Final

import anthropic
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from domain.analysis import AnalystKind, Authorship, Draft, Explanation, Usage
from domain.errors import Garbled, InvalidInput, UnexpectedReply
from domain.investigation import ToolCall, Turn

Block = dict[str, JsonValue]


class _Complete(GenerateJsonSchema):
    """Defaults are for our code. Claude fills in every field, so none is skipped by oversight."""

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,  # noqa: ARG002, FBT001 - pydantic's signature
    ) -> bool:
        return field["type"] == "model-field"

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


SCHEMA: Final[dict[str, object]] = anthropic.transform_schema(
    Explanation.model_json_schema(schema_generator=_Complete)
)


class _Part(BaseModel):
    """What we read of an object of the Messages API; it may grow fields without asking us."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _StopDetails(_Part):
    category: str | None = None


class _Usage(_Part):
    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class _Reply(_Part):
    model: str
    content: tuple[Block, ...]
    stop_reason: str | None
    stop_details: _StopDetails | None = None
    usage: _Usage


def read_reply(body: str) -> Draft:
    """The draft in the body of a successful answer.

    Raises InvalidInput when Claude declined or the case is too long, UnexpectedReply when the
    answer was cut off or is none of the Messages API, and Garbled when it breaks the schema.
    None of them quotes the answer.
    """
    reply = _reply(body)
    _check_ending(reply, {"end_turn"})
    try:
        explanation = _explanation(reply)
    except ValidationError as error:
        raise Garbled(f"Claude's answer breaks the agreed schema ({_places(error)})") from None
    return Draft(
        explanation=explanation,
        authorship=Authorship(
            analyst=AnalystKind.CLAUDE, model=reply.model, usage=_usage(reply.usage)
        ),
    )


def read_turn(body: str, number: int) -> Turn:
    """The turn in the body of a successful answer.

    An answer that neither asks nor fits the schema is a turn without calls and explanation: it was
    paid for, so it must be counted. Raises InvalidInput and UnexpectedReply as `read_reply` does.
    """
    reply = _reply(body)
    _check_ending(reply, {"end_turn", "tool_use"})
    calls = tuple(_call(block) for block in reply.content if block.get("type") == "tool_use")
    return Turn(
        number=number,
        model=reply.model,
        usage=_usage(reply.usage),
        content=reply.content,
        calls=calls,
        explanation=None if calls else _readable_explanation(reply),
    )


def _reply(body: str) -> _Reply:
    try:
        return _Reply.model_validate_json(body)
    except ValidationError as error:
        raise UnexpectedReply(
            f"Claude's address answered with something else than a message ({_places(error)})"
        ) from None  # the cause would carry the answer into logs and histories


def _check_ending(reply: _Reply, good: set[str]) -> None:
    match reply.stop_reason:
        case reason if reason in good:
            return
        case "refusal":
            category = reply.stop_details.category if reply.stop_details else None
            raise InvalidInput(f"Claude declined to explain this case ({category or 'no reason'})")
        case "model_context_window_exceeded":
            raise InvalidInput("the case is longer than the model's context")
        case "max_tokens":
            raise UnexpectedReply(
                f"Claude's answer was cut off after {reply.usage.output_tokens} tokens"
            )
        case other:
            raise UnexpectedReply(f"Claude stopped for a reason that we do not know: {other!r:.40}")


def _explanation(reply: _Reply) -> Explanation:
    # Thinking blocks come first where the model thinks; only text blocks are the answer.
    text = "".join(str(block.get("text")) for block in reply.content if block.get("type") == "text")
    return Explanation.model_validate_json(text)


def _readable_explanation(reply: _Reply) -> Explanation | None:
    try:
        return _explanation(reply)
    except ValidationError:
        return None


def _call(block: Block) -> ToolCall:
    """Whatever the model asks: whether there is such a tool is for those to say who have it."""
    arguments = block.get("input")
    return ToolCall(
        id=str(block.get("id")),
        name=str(block.get("name")),
        arguments=arguments if isinstance(arguments, dict) else {"input": arguments},
    )


def _usage(usage: _Usage) -> Usage:
    return Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_input_tokens or 0,
        cache_write_tokens=usage.cache_creation_input_tokens or 0,
    )


def _places(error: ValidationError) -> str:
    """What is wrong where, in our words only: a name or value of theirs could be anything."""
    known = {*Explanation.model_fields, *_Reply.model_fields, *_Usage.model_fields}
    problems = {
        f"{next((part for part in problem['loc'] if part in known), 'body')}: {problem['type']}"
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    }
    return ", ".join(sorted(problems)[:5])
