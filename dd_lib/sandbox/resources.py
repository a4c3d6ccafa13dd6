"""Notebooks, downtimes and other answers as JSON, and a careful way into them."""

from pydantic import JsonValue

from domain.errors import InvalidInput

Resource = dict[str, JsonValue]


def mapping(value: JsonValue) -> Resource:
    if not isinstance(value, dict):
        raise InvalidInput(f"an object was expected, not {value!r:.80}")
    return value


def listing(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise InvalidInput(f"a list was expected, not {value!r:.80}")
    return value


def attributes_of(resource: Resource) -> Resource:
    return mapping(resource["attributes"])
