"""Whole values without their secrets: the one gate before a case is read by anybody."""

import json
import re
from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel

from domain.redaction import redact
from domain.secret_rules import REDACTED

# Tags and names of this length come back on every line; a message hardly ever does.
REPEATED = 120
_redact_again = lru_cache(maxsize=4096)(redact)

# What others refer to by, and whose digits could look like a card's.
_IDS = frozenset({"id", "event_id", "trace_id", "span_id", "parent_id"})
_PLAIN_ID = re.compile(r"[0-9a-f-]{1,36}")

Model = TypeVar("Model", bound=BaseModel)


def clean(model: Model) -> Model:
    """The same value with every text in it redacted. Evidence in the database stays raw."""
    return type(model).model_validate(_clean(model.model_dump()))


def clean_json(text: str) -> str:
    """A JSON text with every text in it redacted, a named one also by its name: "password".

    What is no JSON is redacted as it stands.
    """
    try:
        value = json.loads(text)
    except ValueError:
        return redact(text)
    return json.dumps(_clean_named(value), ensure_ascii=False)


def _clean_named(value: object) -> object:
    if isinstance(value, dict):
        return {
            redact(name): _clean_pair(name, part) if isinstance(part, str) else _clean_named(part)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [_clean_named(part) for part in value]
    return _clean(value)


def _clean_pair(name: str, text: str) -> str:
    """`redact` knows a password by the word before it, which stands apart in JSON."""
    cleaned = redact(text)
    pair = f"{name}: {text}"
    return REDACTED if cleaned == text and redact(pair) != pair else cleaned


def _clean(value: object) -> object:
    if isinstance(value, str):
        return _redact_again(value) if len(value) <= REPEATED else redact(value)
    if isinstance(value, dict):
        return {
            name: part if name in _IDS and _is_plain_id(part) else _clean(part)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value


def _is_plain_id(value: object) -> bool:
    return isinstance(value, str) and _PLAIN_ID.fullmatch(value) is not None
