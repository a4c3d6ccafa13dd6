"""Fills a webhook's texts with variables, as Datadog does: $NAME, and $TAGS[key] for one tag."""

import json
import re
from collections.abc import Callable, Mapping

_VARIABLE = re.compile(r"\$([A-Z][A-Z0-9_]*)(?:\[([^\]\"]*)\])?")
_QUOTED = re.compile(r'("(?:\\.|[^"\\])*")')

Values = Mapping[str, str]


def fill(template: str, values: Values) -> str:
    """A name that nobody knows stays as it is written. What is filled in is not filled again."""
    return _fill(template, values, str)


def fill_json(template: str, values: Values) -> str:
    """Inside quotes a value is escaped, outside it stands as it is: an empty one there leaves
    what is no JSON any more, as with Datadog.
    """
    return "".join(
        _fill(part, values, _escaped if part.startswith('"') else str)
        for part in _QUOTED.split(template)
    )


def _fill(template: str, values: Values, spelled: Callable[[str], str]) -> str:
    return _VARIABLE.sub(lambda match: _value(match, values, spelled), template)


def _value(match: re.Match[str], values: Values, spelled: Callable[[str], str]) -> str:
    name, key = match[1], match[2]
    if name not in values:
        return match[0]
    if key is None:
        return spelled(values[name])
    if name == "TAGS":
        return spelled(_tag(values[name], key))
    return f"{spelled(values[name])}[{key}]"


def _tag(tags: str, key: str) -> str:
    """The first of that key; "" without one."""
    pairs = (tag.strip().partition(":") for tag in tags.split(","))
    return next((value for name, _, value in pairs if name == key), "")


def _escaped(value: str) -> str:
    return json.dumps(value)[1:-1]
