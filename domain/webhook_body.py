"""From the bytes of a webhook to its named fields: JSON, a form, or a reason why neither."""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

MAX_FORM_FIELDS = 1_000

# Numbers stay text: an id over 2^53 survives exactly, and "7", 7 and 7.0 are read by one rule.
_JSON = json.JSONDecoder(
    parse_int=str,
    parse_float=str,
    parse_constant=lambda _: None,  # NaN and Infinity are no JSON; they say nothing
    strict=False,  # a raw line break inside a string: hand-written templates have them
)
_FORM = re.compile(r"[^\s=&{}<>\"']+=")
_FIELDS_WITH_ALL = frozenset({"payload", "json", "data"})


class Body(NamedTuple):
    """Fields with every number as text, or a problem that says what is wrong and where."""

    fields: Mapping[str, object]
    problem: str = ""


def read_body(raw: bytes, content_type: str) -> Body:
    """Reads any bytes, and never raises.

    The content type is a hint only: `curl -d` calls JSON a form, and proxies call forms text.
    """
    text = _decode(raw).removeprefix("\ufeff")
    if not text.strip():
        return Body({}, "the body is empty")
    if _is_form(text, content_type):
        return _read_form(text)
    return read_object(text, "the body")


def read_object(text: str, what: str) -> Body:
    """One JSON object, also when it was encoded twice and so comes as a JSON string."""
    value, problem = _parse(text)
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value, problem = _parse(value)
    if problem:
        return Body({}, f"{what} is {problem}")
    if not isinstance(value, dict):
        kind = "a list" if isinstance(value, list) else "a single value"
        return Body({}, f"{what} is {kind} in JSON, not an object")
    return Body(value)


def _decode(raw: bytes) -> str:
    for encoding in (json.detect_encoding(raw), "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")  # has a character for every byte


def _is_form(text: str, content_type: str) -> bool:
    start = text.lstrip()
    if start.startswith(("{", "[", '"')):
        return False
    return "form-urlencoded" in content_type.lower() or _FORM.match(start) is not None


def _read_form(text: str) -> Body:
    try:
        pairs = parse_qsl(text.strip(), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        return Body({}, f"the body is a form with more than {MAX_FORM_FIELDS} fields")
    whole = _whole_object(pairs)
    if whole is not None:
        return whole
    fields: dict[str, object] = dict(pairs)
    tags = [value for name, value in pairs if name == "tags"]
    return Body(fields | {"tags": tags} if tags else fields)


def _whole_object(pairs: list[tuple[str, str]]) -> Body | None:
    """The JSON that a form carries in one field, or as its only field's name."""
    for name, value in pairs:
        if len(pairs) > 1 and name not in _FIELDS_WITH_ALL:
            continue
        if value.lstrip().startswith("{"):
            return read_object(value, f"the form's field {name[:40]!r}")
        if name.lstrip().startswith("{"):
            return read_object(name, "the form")
    return None


def _parse(text: str) -> tuple[object, str]:
    try:
        return _JSON.decode(text), ""
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        return None, f"not valid JSON at {where}: {error.msg}"
    except RecursionError:
        return None, "JSON nested too deeply to read"
