"""What the scripted Messages API answers: values that also read from a JSON file."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter

from domain.analysis import Explanation

Ending = Literal["sends", "drops_connection", "breaks_off", "drips"]


class Call(BaseModel):
    """A question that the model puts. Without an `id` the server makes one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    arguments: JsonValue = {}  # an object, as the API promises; a test may break that
    id: str = ""


class Answer(BaseModel):
    """One answer, given after `delay` seconds. `explanation` stands in place of `text`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: int = 200
    calls: tuple[Call, ...] = ()  # asks these at once, in place of an explanation
    explanation: Explanation | None = None
    cites_case: bool = False  # explains whatever it was told, with quotes that hold
    text: str | None = None  # what the model wrote, instead of an explanation
    body: str | None = None  # the whole body, instead of a message
    thinking: str = ""  # models think, and keep it to themselves
    stop_reason: str | None = None  # "tool_use" with calls, else "end_turn"
    stop_details: dict[str, Any] | None = None
    usage: dict[str, int] | None = None  # None: counted, with a simulated prompt cache
    error_type: str = "api_error"
    message: str = "made up"
    error_code: str | None = None
    headers: dict[str, str] = {}
    delay: float = 0.0  # seconds: before the answer, or between the bytes of one that drips
    ending: Ending = "sends"


def success(explanation: Explanation, **usage: int) -> Answer:
    return Answer(explanation=explanation, **({"usage": usage} if usage else {}))


def success_citing_the_case() -> Answer:
    return Answer(cites_case=True)


def asks(*calls: Call) -> Answer:
    return Answer(calls=calls)


def call(name: str, **arguments: JsonValue) -> Call:
    return Call(name=name, arguments=arguments)


def refusal(category: str | None = "cyber") -> Answer:
    details = {"type": "refusal", "category": category, "explanation": "made up"}
    return Answer(text="", stop_reason="refusal", stop_details=details)


def truncated() -> Answer:
    usage = {"input_tokens": 1200, "output_tokens": 340}
    return Answer(text='{"summary": "Checkout cannot', stop_reason="max_tokens", usage=usage)


def malformed_json() -> Answer:
    return Answer(text='{"summary": "Checkout", "claims": [{]}')


def wrong_schema(**content: Any) -> Answer:
    return Answer(text=TypeAdapter(dict[str, Any]).dump_json(content or {"cause": 1}).decode())


def not_the_api() -> Answer:
    return Answer(body="<html>captive portal</html>", headers={"content-type": "text/html"})


def error(status: int, error_type: str, message: str = "made up", **more: Any) -> Answer:
    return Answer(status=status, error_type=error_type, message=message, **more)


def rate_limited(**headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return error(429, "rate_limit_error", headers=named)


def overloaded() -> Answer:
    return error(529, "overloaded_error", "Overloaded")


def server_error(status: int = 500, **more: Any) -> Answer:
    return error(status, "api_error", "Internal server error", **more)


def bad_key() -> Answer:
    return error(401, "authentication_error", "invalid x-api-key")


def unknown_model() -> Answer:
    return error(404, "not_found_error", "model: claude-nobody")


def too_large() -> Answer:
    return error(413, "request_too_large", "Request exceeds the maximum size")


def too_long() -> Answer:
    return error(400, "invalid_request_error", "prompt is too long: 1200000 tokens > 1000000")


def slow(seconds: float, explanation: Explanation) -> Answer:
    return Answer(explanation=explanation, delay=seconds)


def dropped_connection() -> Answer:
    return Answer(text="", ending="drops_connection")


def broken_off() -> Answer:
    return Answer(text="never finished", ending="breaks_off")


def dripping(*, every: float) -> Answer:
    return Answer(text="one byte at a time", delay=every, ending="drips")
