"""Datadog's search syntax (Lucene-like) as a question that a record answers.

AND binds tighter than OR, and words side by side mean AND. `key:value` asks reserved attributes
and tags, without regard to case; `@path:value` asks attributes, exactly; a bare word asks the text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import ge, gt, le, lt
from typing import TypeVar

from luqum import tree  # type: ignore[import-untyped]  # ships no types
from luqum.exceptions import ParseError  # type: ignore[import-untyped]  # ships no types
from luqum.parser import parser  # type: ignore[import-untyped]  # ships no types

from domain.errors import InvalidInput

MAX_QUERY = 10_000  # characters; the parser recurses


@dataclass(frozen=True, slots=True)
class Searchable:
    """One record as the search sees it. Reserved keys are lower case; tags are "key:value"."""

    reserved: Mapping[str, str]
    tags: tuple[str, ...] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)
    texts: tuple[str, ...] = ()


T = TypeVar("T")
Question = Callable[[Searchable], bool]
Limit = Callable[[float], bool]


def parse_query(query: str) -> Question:
    """Raises InvalidInput when the query cannot be read."""
    if query.strip() in ("", "*"):
        return _everything
    return _read(query, _question)


def has_only_keyed_terms(query: str) -> bool:
    """Whether each word belongs to a key, as in `env:(prod OR dev)`. Raises InvalidInput."""
    return _read(query, _is_keyed)


def _is_keyed(node: tree.Item) -> bool:
    if isinstance(node, tree.SearchField):
        return True
    return bool(node.children) and all(_is_keyed(child) for child in node.children)


def _read(query: str, understand: Callable[[tree.Item], T]) -> T:
    if len(query) > MAX_QUERY:
        raise InvalidInput(f"the query is longer than {MAX_QUERY} characters")
    try:
        return understand(parser.parse(_escape_slashes(query)))
    except (ParseError, RecursionError) as error:
        raise InvalidInput(f"the query {query[:200]!r} cannot be read: {error}") from error


_QUOTED = re.compile(r'("(?:\\.|[^"\\])*")')


def _escape_slashes(query: str) -> str:
    """Lucene reads /.../ as a regular expression; Datadog reads a path."""
    parts = _QUOTED.split(query)
    return "".join(
        part if part.startswith('"') else re.sub(r"(?<!\\)/", r"\\/", part) for part in parts
    )


def _everything(_record: Searchable) -> bool:
    return True


def _question(node: tree.Item) -> Question:
    if isinstance(node, tree.SearchField):
        return _field_question(node.name, node.expr)
    return _combined(node, _question) or _text_question(node)


def _combined(node: tree.Item, part: Callable[[tree.Item], Question]) -> Question | None:
    """The operators; `part` reads what they join. None when `node` is no operator."""
    if isinstance(node, tree.OrOperation):
        return _any_of([part(child) for child in node.children])
    if isinstance(node, tree.AndOperation | tree.UnknownOperation):
        return _all_of([part(child) for child in node.children])
    if isinstance(node, tree.Not | tree.Prohibit):
        return _none_of(part(node.children[0]))
    if isinstance(node, tree.Group | tree.FieldGroup | tree.Plus):
        return part(node.children[0])
    return None


def _any_of(parts: list[Question]) -> Question:
    return lambda record: any(part(record) for part in parts)


def _all_of(parts: list[Question]) -> Question:
    return lambda record: all(part(record) for part in parts)


def _none_of(part: Question) -> Question:
    return lambda record: not part(record)


def _field_question(name: str, node: tree.Item) -> Question:
    if isinstance(node, tree.SearchField):  # a value with a colon: image:repo:tag
        return _value_question(name, _matcher(f"{node.name}:{_text(node.expr)}", _fold(name)))
    if combined := _combined(node, lambda child: _field_question(name, child)):
        return combined
    if isinstance(node, tree.Range | tree.From | tree.To):
        return _value_question(name, _range_matcher(node))
    return _value_question(name, _matcher(_text(node), _fold(name)))


def _fold(name: str) -> re.RegexFlag:
    return re.NOFLAG if name.startswith("@") else re.IGNORECASE


def _value_question(name: str, matches: Callable[[str], bool]) -> Question:
    return lambda record: any(matches(value) for value in values_of(record, name))


def values_of(record: Searchable, name: str) -> list[str]:
    """Every value of that name: one attribute, or the reserved one and all tags."""
    if name.startswith("@"):
        return _attribute_values(record.attributes, name[1:])
    key = name.lower()
    if key == "message":
        return list(record.texts)
    found = [record.reserved[key]] if record.reserved.get(key) else []
    if key == "tags":
        found += record.tags
    prefix = f"{key}:"
    return found + [tag[len(prefix) :] for tag in record.tags if tag.lower().startswith(prefix)]


def _attribute_values(attributes: Mapping[str, object], path: str) -> list[str]:
    """Attribute names may hold dots themselves, so both readings of a path are tried."""
    if path in attributes:
        return _as_texts(attributes[path])
    head, _, rest = path.partition(".")
    inner = attributes.get(head)
    return _attribute_values(inner, rest) if rest and isinstance(inner, Mapping) else []


def _as_texts(value: object) -> list[str]:
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, list):
        return [text for item in value for text in _as_texts(item)]
    return [] if value is None or isinstance(value, Mapping) else [str(value)]


def _matcher(wanted: str, flags: re.RegexFlag) -> Callable[[str], bool]:
    whole = re.compile(_pattern(wanted), flags | re.DOTALL)
    return lambda value: whole.fullmatch(value) is not None


def _range_matcher(node: tree.Range | tree.From | tree.To) -> Callable[[str], bool]:
    is_high_enough, is_low_enough = _limits(node)

    def inside(value: str) -> bool:
        number = _number(value)
        return number is not None and is_high_enough(number) and is_low_enough(number)

    return inside


def _limits(node: tree.Range | tree.From | tree.To) -> tuple[Limit, Limit]:
    if isinstance(node, tree.From):
        return _limit(node.a, ge if node.include else gt), _unlimited
    if isinstance(node, tree.To):
        return _unlimited, _limit(node.a, le if node.include else lt)
    low = _limit(node.low, ge if node.include_low else gt)
    return low, _limit(node.high, le if node.include_high else lt)


def _limit(node: tree.Item, compare: Callable[[float, float], bool]) -> Limit:
    text = _text(node)
    if text == "*":
        return _unlimited
    end = _number(text)
    if end is None:
        raise InvalidInput(f"a range ends in numbers, not in {text!r}")
    return lambda number: compare(number, end)


def _unlimited(_number: float) -> bool:
    return True


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None  # a value that no range holds


def _text_question(node: tree.Item) -> Question:
    """A word or phrase anywhere in the text, bounded where the query's word is bounded."""
    wanted = _text(node)
    start = r"(?<!\w)" if wanted[:1].isalnum() else ""
    end = r"(?!\w)" if wanted[-1:].isalnum() else ""
    anywhere = re.compile(f"{start}{_pattern(wanted)}{end}", re.IGNORECASE)
    return lambda record: any(anywhere.search(text) for text in record.texts)


def _text(node: tree.Item) -> str:
    if isinstance(node, tree.Phrase):  # no wildcards between quotes
        return re.sub(r"(?<!\\)([*?])", r"\\\1", str(node.value)[1:-1])
    return str(node.value) if isinstance(node, tree.Word) else str(node).strip()


_TOKEN = re.compile(r"\\(.)|([*?])|([^\\*?]+)|\\", re.DOTALL)


def _pattern(wanted: str) -> str:
    """As a regular expression: `*` any characters, `?` one; a backslash makes them plain."""
    wildcards = {"*": ".*", "?": "."}
    return "".join(
        wildcards[wild] if wild else re.escape(escaped or plain)
        for escaped, wild, plain in _TOKEN.findall(wanted)
    )
