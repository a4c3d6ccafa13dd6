"""Keeps a tool's answer small enough to be read, and says what was left out."""

import json

from pydantic import JsonValue

MAX_TEXT = 2_000  # characters of one value
PARTIAL = "partial"
COUNT = "count"


def shortened(output: dict[str, JsonValue], max_output: int) -> dict[str, JsonValue]:
    """With long texts cut, and its longest list cut to what fits; `count` is what is left of it."""
    clipped = {name: _clipped(value) for name, value in output.items()}
    room = max_output - _size(clipped)
    lists = {name: value for name, value in clipped.items() if isinstance(value, list)}
    if room >= 0 or not lists:
        return clipped
    name = max(lists, key=lambda name: _size(lists[name]))
    kept = _fitting(lists[name], _size(lists[name]) + room)
    note = f"{name}: only the first {len(kept)} of {len(lists[name])} fit"
    before = clipped.get(PARTIAL)
    clipped[name] = kept
    clipped[PARTIAL] = f"{before}; {note}" if before else note
    if COUNT in clipped:
        clipped[COUNT] = len(kept)
    return clipped


def _fitting(items: list[JsonValue], room: int) -> list[JsonValue]:
    kept: list[JsonValue] = []
    for item in items:
        room -= _size(item) + 2  # and what stands between two
        if room < 0:
            break
        kept.append(item)
    return kept


def _clipped(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return f"{value[: MAX_TEXT - 1]}…"
    if isinstance(value, list):
        return [_clipped(part) for part in value]
    if isinstance(value, dict):
        return {name: _clipped(part) for name, part in value.items()}
    return value


def _size(value: JsonValue) -> int:
    return len(json.dumps(value, ensure_ascii=False))
