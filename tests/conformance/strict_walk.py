"""What the official client took without a word though it did not know it.

The client refuses a wrong type, and nothing else: an unknown value of an enumeration or a variant
that fits none is kept as unparsed, and an unknown attribute is kept as it is.
"""

from collections.abc import Iterator
from typing import Any

from datadog_api_client.model_utils import (
    ModelComposed,
    ModelNormal,
    ModelSimple,
    OpenApiModel,
    UnparsedObject,
)

from tests.conformance.operations import AMBIGUOUS, UNDOCUMENTED


def strangers(answer: object) -> list[str]:
    """The place and the name of each; nothing when the client knew everything."""
    return list(_strangers(answer, type(answer).__name__))


def known_parts(answer: object) -> int:
    """How many attributes and entries the client made sense of, so that nothing is no proof."""
    parts = list(_parts(answer))
    return len(parts) + sum(known_parts(part) for _, part in parts)


def _strangers(value: object, place: str) -> Iterator[str]:
    if type(value).__name__ in AMBIGUOUS:
        return
    if isinstance(value, UnparsedObject):
        yield f"{place} is unparsed"
        return
    if isinstance(value, ModelSimple) and value._unparsed:  # noqa: SLF001  it has no public word
        yield f"{place} is no {type(value).__name__}: {value.value}"
    for name in _unknown_names(value):
        yield f"{place}.{name} is unknown to {type(value).__name__}"
    for name, part in _parts(value):
        yield from _strangers(part, f"{place}.{name}")


def _parts(value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, ModelComposed):
        yield type(value).__name__, value.get_oneof_instance()  # type: ignore[no-untyped-call]
    elif isinstance(value, ModelNormal):
        yield from value._data_store.items()  # noqa: SLF001  to_dict() would hide what is unparsed
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from ((str(number), part) for number, part in enumerate(value))


def _unknown_names(value: object) -> list[str]:
    """A model without a single described attribute is a map, whose names are free."""
    if not isinstance(value, ModelNormal):
        return []
    described = value.openapi_types
    if not described or not _is_closed(value):
        return []
    known = {*described, *UNDOCUMENTED.get(type(value).__name__, ())}
    return [name for name, _ in _parts(value) if name not in known]


def _is_closed(model: ModelNormal) -> bool:
    """Unless its description says of what type the names beside the described ones are."""
    return type(model).additional_properties_type is OpenApiModel.additional_properties_type
