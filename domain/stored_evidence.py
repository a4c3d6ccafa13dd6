"""Evidence a page at a time: what a model reads at once, and how it gets at the rest."""

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import Field, JsonValue, ValidationError

from domain.errors import InvalidInput, NotFound
from domain.evidence import EvidenceItem
from domain.investigation import ToolDescription
from domain.values import Value

PAGE: Final = 12_000  # characters: some three to four thousand tokens


class _Wanted(Value):
    id: str
    offset: int = Field(0, ge=0)


FETCH_EVIDENCE: Final = ToolDescription(
    name="fetch_evidence",
    description=(
        "Read stored evidence by its id: what was left out of the digest or cut from an answer. "
        "Asks Datadog nothing. Cite that id, not this answer."
    ),
    parameters={
        "type": "object",
        "properties": {
            "id": {"type": "string", "description": "such as log-12, event-3 or tool-2-1"},
            "offset": {"type": "integer", "description": "characters to skip; 0 at first"},
        },
        "required": ["id"],
        "additionalProperties": False,
    },
)


def fetch(items: Iterable[EvidenceItem], arguments: Mapping[str, JsonValue]) -> str:
    """A page of one item. Raises InvalidInput, and NotFound for an id that nothing has."""
    wanted = _read(arguments)
    item = next((item for item in items if item.id == wanted.id), None)
    if item is None:
        raise NotFound(f"no evidence has the id {wanted.id!r}")
    if wanted.offset >= len(item.text):
        raise InvalidInput(f"evidence {item.id} ends at {len(item.text)} characters")
    return page(item, wanted.offset)


def page(item: EvidenceItem, offset: int = 0) -> str:
    """At most `PAGE` characters from `offset` on, and a line on what is left out."""
    end = offset + PAGE
    shown = item.text[offset:end]
    left_out = len(item.text) - end
    if left_out <= 0:
        return shown
    return (
        f"{shown}\n[cut: {left_out:,} more characters; {FETCH_EVIDENCE.name} with id {item.id!r} "
        f"and offset {end} reads on]"
    )


def _read(arguments: Mapping[str, JsonValue]) -> _Wanted:
    try:
        return _Wanted.model_validate(dict(arguments))
    except ValidationError:
        raise InvalidInput(
            f"{FETCH_EVIDENCE.name} takes the id of an evidence and an offset from 0"
        ) from None
