"""Builds Datadog search queries from values that nobody has checked.

Every function drops empty parts and returns "" when nothing is left, so queries compose:
`all_of(one_of("service", services), term("env", env))`.
"""

import re
from collections.abc import Iterable

EVERYTHING = "*"

_PLAIN = re.compile(r"\w[\w.\-]*")
_KEY_SYNTAX = re.compile(r"[^\w.\-/@]")
_OPERATORS = frozenset({"AND", "OR", "NOT", "TO"})
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def term(key: str, value: str) -> str:
    """`key:value`, the value in quotes where it could be taken for syntax. No wildcards."""
    name, text = _printable(key), _printable(value)
    if not name or not text:
        return ""
    return f"{_KEY_SYNTAX.sub(_escaped, name)}:{_quoted(text)}"


def tag(pair: str) -> str:
    """A term from a "key:value" tag, split at its first colon; a bare word has no term."""
    key, _, value = pair.partition(":")
    return term(key, value)


def phrase(text: str) -> str:
    """Words that must be found together and in this order."""
    shown = _printable(text)
    return _in_quotes(shown) if shown else ""


def one_of(key: str, values: Iterable[str]) -> str:
    return any_of(*(term(key, value) for value in values))


def none_of(key: str, values: Iterable[str]) -> str:
    """Terms that must all be absent, side by side as `all_of` wants them."""
    return all_of(*(f"-{found}" for value in values if (found := term(key, value))))


def any_of(*queries: str) -> str:
    """Alternatives in parentheses, for a bare OR would swallow its neighbours."""
    parts = _distinct(queries)
    return f"({' OR '.join(parts)})" if len(parts) > 1 else "".join(parts)


def all_of(*queries: str) -> str:
    """Conditions that must all hold; put alternatives through `any_of` first."""
    return " ".join(_distinct(queries))


def _distinct(queries: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(query for query in queries if query))


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text not in _OPERATORS:
        return text
    return _in_quotes(text)


def _in_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text).strip()
