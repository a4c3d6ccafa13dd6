"""Read what browsers send: JSON under any content type, names in any case, null for absent.

What is too long is cut. What is missing or of a wrong kind is `Rejected`, in words that repeat
no value.
"""

import json
from collections.abc import Mapping
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

from domain.errors import Rejected
from domain.rum import RumEventType, TrackedEvent

MOST_EVENTS = 100  # in one batch
LARGEST_METADATA = 4096  # bytes of JSON, of one event
_LARGEST_DURATION = 2**53  # beyond that a browser's numbers are no integers


def _cut_to(length: int) -> AfterValidator:
    """The empty text is as good as none."""
    return AfterValidator(lambda text: text[:length] or None if text else None)


def _canonical(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise ValueError("must be a UUID") from error


def _without_alias(event_type: object) -> object:
    return "view" if event_type == "page_view" else event_type


def _small(metadata: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise ValueError(f"must not be larger than {LARGEST_METADATA} bytes")
    return metadata


Address = Annotated[str | None, _cut_to(2048)]
Title = Annotated[str | None, _cut_to(512)]
Word = Annotated[str | None, _cut_to(256)]
Message = Annotated[str | None, _cut_to(4096)]
Identifier = Annotated[str, AfterValidator(_canonical)]
Trace = Annotated[str | None, Field(coerce_numbers_to_str=True), _cut_to(64)]
EventType = Annotated[RumEventType, BeforeValidator(_without_alias)]
Milliseconds = Annotated[float, Field(ge=0, le=_LARGEST_DURATION, allow_inf_nan=False)]


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _as_ever(cls, given: object) -> object:
        return _as_ever(given) if isinstance(given, dict) else given


class Opening(_Lenient):
    """An id that is no UUID is as good as none: the visitor gets one."""

    visitor_uuid: str | None = Field(
        None, validation_alias=AliasChoices("existing_uuid", "visitor_uuid")
    )
    user_agent: Title = None
    referrer: Address = None
    entry_page: Address = Field(None, validation_alias=AliasChoices("entry_page", "page_url"))

    @property
    def known_uuid(self) -> str | None:
        return uuid_or_none(self.visitor_uuid)


class Closing(_Lenient):
    session_id: Identifier
    visitor_uuid: Identifier | None = None
    exit_page: Address = None


class Track(BaseModel):
    """One event or a batch; all of them from one visitor in one session."""

    visitor_uuid: str
    session_id: str
    events: tuple[TrackedEvent, ...]


class _Tracked(_Lenient):
    visitor_uuid: Identifier
    session_id: Identifier
    event_type: EventType
    page_url: Address = None
    page_title: Title = None
    action_name: Word = None
    action_type: Word = None
    error_message: Message = None
    duration_ms: Milliseconds | None = None
    metadata: Annotated[dict[str, JsonValue], AfterValidator(_small)] | None = None
    trace_id: Trace = None
    span_id: Trace = None

    def as_event(self) -> TrackedEvent:
        return TrackedEvent(
            event_type=self.event_type,
            page_url=self.page_url,
            page_title=self.page_title,
            action_name=self.action_name,
            action_type=self.action_type,
            error_message=self.error_message,
            duration_ms=None if self.duration_ms is None else round(self.duration_ms),
            metadata=self._metadata(),
        )

    def _metadata(self) -> dict[str, JsonValue] | None:
        traced = {"frontend_trace_id": self.trace_id, "frontend_span_id": self.span_id}
        found = {
            **(self.metadata or {}),
            **{name: value for name, value in traced.items() if value},
        }
        return found or None


def read_opening(raw: bytes) -> Opening | None:
    """None where the body says nothing that can be read: then the headers must do."""
    try:
        return Opening.model_validate(_decoded(raw))
    except (Rejected, ValidationError):
        return None


def read_closing(raw: bytes) -> Closing:
    return _valid(Closing, _decoded(raw))


def read_track(raw: bytes) -> Track:
    shared, items = _unwrapped(_decoded(raw))
    if not 1 <= len(items) <= MOST_EVENTS:
        raise Rejected(f"a batch has 1 to {MOST_EVENTS} events, not {len(items)}")
    tracked = [_valid(_Tracked, {**shared, **_as_ever(item)}) for item in items]
    pairs = {(one.visitor_uuid, one.session_id) for one in tracked}
    if len(pairs) > 1:
        raise Rejected("the events of a batch are of one visitor in one session")
    visitor_uuid, session_id = pairs.pop()
    return Track(
        visitor_uuid=visitor_uuid,
        session_id=session_id,
        events=tuple(one.as_event() for one in tracked),
    )


def uuid_or_none(text: str | None) -> str | None:
    try:
        return _canonical(text) if text else None
    except ValueError:
        return None


def _decoded(raw: bytes) -> JsonValue:
    try:
        decoded: JsonValue = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Rejected("the body is not JSON") from error
    return decoded


def _unwrapped(body: JsonValue) -> tuple[dict[str, JsonValue], list[dict[str, JsonValue]]]:
    """What all events share, and the events."""
    shared: dict[str, JsonValue] = {}
    items: JsonValue = [body]
    if isinstance(body, list):
        items = body
    elif isinstance(body, dict) and "events" in (named := _as_ever(body)):
        items = named.pop("events")
        shared = named
    if not isinstance(items, list):
        raise Rejected("events: must be a list")
    objects = [item for item in items if isinstance(item, dict)]
    if len(objects) < len(items):
        raise Rejected("an event must be a JSON object")
    return shared, objects


def _as_ever(given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name.lower(): value for name, value in given.items() if value is not None}


Lenient = TypeVar("Lenient", bound=_Lenient)


def _valid(model: type[Lenient], given: JsonValue) -> Lenient:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        problems = [_in_words(detail["loc"], detail["msg"]) for detail in error.errors()]
        raise Rejected("; ".join(problems[:5])) from None


def _in_words(location: tuple[int | str, ...], message: str) -> str:
    where = str(location[0]) if location else "the body"
    return f"{where}: {message.removeprefix('Value error, ')}"
