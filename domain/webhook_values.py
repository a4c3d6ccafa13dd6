"""Single values of a webhook: which ones say nothing, and what the others are exactly."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import islice

MAX_SHORT = 200  # characters; Datadog's own limit for a tag, and safe in a database index
MAX_TAGS = 1_000  # far more than a monitor has; the raw body keeps the rest
MAX_INT64 = 2**63 - 1

_NO_VALUE = frozenset({"", "null", "n/a", "undefined"})
_NOTHING = _NO_VALUE | {"none"}
_UNFILLED = re.compile(r"\$\{?[A-Z][A-Z0-9_]*\}?(\[[^\]]*\])?|\{\{[^{}]*\}\}")
_LOST_DOLLAR = re.compile(
    r"""AGGREG_KEY | DATE | DATE_POSIX | EMAIL | HOSTNAME | ID | LAST_UPDATED | LAST_UPDATED_POSIX
    | LINK | LOGS_SAMPLE | METRIC_NAMESPACE | PRIORITY | SNAPSHOT | TAGS (\[[^\]]*\])?
    | TEXT_ONLY_MSG | THRESHOLD | USER | USERNAME | VALUE
    | ALERT_(CYCLE_KEY|ID|METRIC|PRIORITY|QUERY|SCOPE|STATUS|TITLE|TRANSITION|TYPE)
    | EVENT_(MSG|TITLE|TYPE) | ORG_(ID|NAME)""",
    re.VERBOSE,
)
_OF_A_VARIABLE = frozenset("${ADEHILMOPSTUV")  # what both of these begin with
_LONGEST_NOTHING = max(map(len, _NOTHING))
_SURROGATES = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?([eE][+-]?[0-9]{1,2})?")
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_MILLISECONDS = 10**11  # as seconds: the year 5138; as milliseconds: 1973


def clean(value: object) -> str:
    """A scalar's text; "" for null in all its spellings and for a variable left unfilled."""
    if isinstance(value, str):
        text = storable(value).strip()
        return "" if says_nothing(text) else text
    if isinstance(value, bool):
        return "true" if value else "false"
    return ""


def storable(text: str) -> str:
    """Without the characters that PostgreSQL and UTF-8 cannot hold."""
    if text.isascii() and "\x00" not in text:  # nearly always
        return text
    return _SURROGATES.sub("\ufffd", text.replace("\x00", ""))


def says_nothing(text: str) -> bool:
    if len(text) <= _LONGEST_NOTHING and text.lower() in _NOTHING:
        return True
    if len(text) > MAX_SHORT or text[:1] not in _OF_A_VARIABLE:  # cheaper than the patterns
        return False
    return bool(_UNFILLED.fullmatch(text) or _LOST_DOLLAR.fullmatch(text))


def short(text: str) -> str:
    """At most `MAX_SHORT` characters; what is cut is replaced by a digest, so names stay apart."""
    if len(text) <= MAX_SHORT:
        return text
    digest = sha256(text.encode()).hexdigest()[:12]
    return f"{text[: MAX_SHORT - 13]}…{digest}"


def read_integer(text: str) -> int | None:
    """The exact integer that a text writes, "7", "7.0" or "1.7e12"; None where it writes none."""
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    if number != number.to_integral_value():
        return None
    return int(number)


def read_int64(text: str) -> int | None:
    """An integer that a database column can hold, else None."""
    number = read_integer(text)
    return number if number is not None and -MAX_INT64 <= number <= MAX_INT64 else None


def read_tags(value: object) -> tuple[str, ...]:
    """Tags from a list or a comma text, in order, without duplicates and without empty values."""
    given = value if isinstance(value, list) else [value]
    tags = islice((tag for item in given for tag in _split(clean(item))), MAX_TAGS)
    return tuple(dict.fromkeys(tags))


def read_pairs(tags: Iterable[str]) -> tuple[str, ...]:
    """The "key:value" among tags, sorted: what names a monitor's group."""
    return tuple(sorted(tag for tag in tags if ":" in tag.strip(":")))


def read_moment(text: str, *, latest: datetime) -> datetime | None:
    """A time in epoch seconds, epoch milliseconds or ISO-8601 (UTC where it names no offset).

    None where it is no time, or one that cannot be: before the year 2000 or after `latest`.
    """
    try:
        moment = _epoch(text) or datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if _OLDEST <= moment <= latest else None
    except (ValueError, OverflowError):
        return None


def _split(text: str) -> Iterator[str]:
    if text.startswith("[") and text.endswith("]"):  # a list that became text on its way
        text = text[1:-1]
    for part in text.strip("{}").split(",", MAX_TAGS)[:MAX_TAGS]:
        tag = part.strip().strip("\"'").strip()
        _, colon, value = tag.partition(":")
        if not _is_empty(value.strip() if colon else tag):
            yield short(tag)


def _is_empty(value: str) -> bool:
    """Narrower than `says_nothing`: "none" is a value that people tag, and "state:ID" is Idaho."""
    if value.startswith(("$", "{")):
        return bool(_UNFILLED.fullmatch(value[:MAX_SHORT]))
    return value.lower() in _NO_VALUE


def _epoch(text: str) -> datetime | None:
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    seconds = number / 1000 if number >= _MILLISECONDS else number
    return datetime.fromtimestamp(min(float(seconds), _MILLISECONDS), UTC)
