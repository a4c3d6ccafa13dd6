"""Data that cannot pose as ours: the fence around everything that a stranger may have written.

Lines of ours begin with a mark made from a digest of the data, which no author of data can know.
Every line of data begins with a bar. So data can break out of neither, whatever it holds.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from domain.redaction import redact

MAX_FIELD: Final = 300
MAX_LIST: Final = 600  # characters of all hosts, services or tags of one list
_CUT: Final = " [cut]"


class Section(NamedTuple):
    """A heading of ours and the data under it."""

    heading: str
    data: tuple[str, ...] = ()


def mark_of(sections: Sequence[Section]) -> str:
    """The mark for these sections and all that is said after them. The same data, the same mark."""
    digest = hashlib.sha256(repr(tuple(sections)).encode("utf-8", "replace")).hexdigest()
    return f"#{digest[:12]}#"


def fenced(sections: Iterable[Section], mark: str) -> str:
    written = []
    for section in sections:
        written.append(f"{mark} {' '.join(lines_of(section.heading))}")
        written.extend(f"| {line}" for text in section.data for line in lines_of(text))
    return "\n".join(written)


def size_of(section: Section) -> int:
    """Characters that the section takes, its mark, bars and line ends included."""
    return 16 + len(section.heading) + sum(3 + len(line) for line in section.data)


def short(text: str) -> str:
    """A short field on one line, without secrets."""
    return cut(" ".join(redact(text).split()), MAX_FIELD)


def names(given: Sequence[str]) -> str:
    return cut(", ".join(short(name) for name in given), MAX_LIST)


def word(text: str) -> str:
    """An id, which may stand in a heading of ours."""
    return "".join(letter for letter in text if letter.isalnum() or letter in "-_")


def cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - len(_CUT)] + _CUT


def lines_of(text: str) -> list[str]:
    """The text's lines, by every line end that Unicode knows, without invisible characters."""
    return ["".join(filter(_is_visible, line)) for line in text.splitlines()] or [""]


def _is_visible(letter: str) -> bool:
    return letter == "\t" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
