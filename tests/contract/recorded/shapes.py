"""What an answer looks like, whatever it says: its places, and the kinds of values there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

Shape = Mapping[str, frozenset[str]]

KINDS = {dict: "object", list: "list", str: "text", bool: "truth", int: "number", float: "number"}
NULL = frozenset({"null"})
ENTRY = "[]"


def shape_of(answer: Any) -> Shape:
    """Entries of a list share one place: `data[].id`."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for place, value in _places(answer, ""):
        kinds[place].add(KINDS.get(type(value), "null"))
    return {place: frozenset(found) for place, found in kinds.items()}


def conflicts(recorded: Shape, ours: Shape) -> list[str]:
    """Places where ours holds what was never seen there; a null says nothing of its place."""
    return [
        f"{place} holds {'/'.join(sorted(ours[place]))} instead of {'/'.join(sorted(kinds))}"
        for place, kinds in recorded.items()
        if kinds != NULL and not ours.get(place, NULL) - NULL <= kinds
    ]


def lacking(recorded: Shape, ours: Shape) -> list[str]:
    """Recorded attributes that ours has not, though it has the object that they are in."""
    return [
        place
        for place in recorded
        if not place.endswith(ENTRY)
        and place not in ours
        and "object" in ours.get(place.rpartition(".")[0], ())
    ]


def emptied(recorded: Shape, ours: Shape) -> list[str]:
    """The answer's main lists, the outermost, that had entries and have none now."""
    entries = [place for place in recorded if place.endswith(ENTRY)]
    outermost = min((place.count(".") for place in entries), default=0)
    return [place for place in entries if place.count(".") == outermost and place not in ours]


def _places(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    yield place, value
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _places(part, f"{place}.{name}")
    if isinstance(value, list):
        for part in value:
            yield from _places(part, f"{place}{ENTRY}")
