"""Values as JSONB documents and back, whatever characters and numbers they hold."""

import hashlib
import json
import math
import re
from collections.abc import Sequence
from typing import TypeVar

from psycopg.types.json import Jsonb
from pydantic import BaseModel, JsonValue, ValidationError

from domain.errors import Broken

# PostgreSQL's text is UTF-8 without NUL; JSON from outside can hold both of these.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# How those look in JSON that is all ASCII, and numbers that JSONB has not. Pairs of surrogates,
# such as an emoji's, are good, but only a closer look tells.
_SUSPECT = re.compile(r"\\u0000|\\ud[89a-f]|NaN|Infinity")
_LARGEST_BIGINT = 2**63 - 1
_LONGEST_KEY = 500  # characters: an index entry takes 2,704 bytes, a character up to 4

Model = TypeVar("Model", bound=BaseModel)


def storable(text: str) -> str:
    """`text` with the replacement character in place of what PostgreSQL refuses."""
    return _UNSTORABLE.sub("\ufffd", text)


def index_key(text: str) -> str:
    """`text`, fit for an index: where it is very long, its beginning and its digest."""
    text = storable(text)
    if len(text) <= _LONGEST_KEY:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[: _LONGEST_KEY - len(digest) - 1]}#{digest}"


def bigint(number: int | None) -> int | None:
    """`number` where a BIGINT column can hold it; the document beside it keeps any."""
    if number is None or abs(number) > _LARGEST_BIGINT:
        return None
    return number


def document(value: BaseModel) -> Jsonb:
    return json_document(value.model_dump(mode="json"))


def documents(values: Sequence[BaseModel]) -> Jsonb:
    return json_document([value.model_dump(mode="json") for value in values])


def json_document(value: JsonValue) -> Jsonb:
    text = json.dumps(value)
    if _SUSPECT.search(text):
        text = json.dumps(_clean(value))
    return Jsonb(text, dumps=_as_it_is)


def _as_it_is(text: str) -> str:
    return text


def _clean(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSONB has no such number; pydantic reads the word back
    if isinstance(value, dict):
        return {storable(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def read(model: type[Model], stored: object) -> Model:
    """The value that `document` stored. Raises Broken where today's code cannot read it."""
    try:
        return model.model_validate(stored)
    except ValidationError as error:
        raise Broken(f"a stored {model.__name__} cannot be read") from error
