"""Whole values without their secrets: the one gate before a case is read by anybody."""

from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel

from domain.redaction import redact

# Tags and names of this length come back on every line; a message hardly ever does.
REPEATED = 120
_redact_again = lru_cache(maxsize=4096)(redact)

Model = TypeVar("Model", bound=BaseModel)


def clean(model: Model) -> Model:
    """The same value with every text in it redacted. Evidence in the database stays raw."""
    return type(model).model_validate(_clean(model.model_dump()))


def _clean(value: object) -> object:
    if isinstance(value, str):
        return _redact_again(value) if len(value) <= REPEATED else redact(value)
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value
