"""Markdown from other people's words, which stay words: no links, images, HTML, tables or headings.

What this module did not put there cannot become markup. Everything else in a report's cells is
the report's own text.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

CUT = " […cut]"
MAX_INLINE = 300  # characters of one piece of text
MAX_BLOCK = 1_500  # characters of one quote or paragraph
MAX_CELL = 10_000  # bytes; Datadog names no limit, so well below the ones that people met

# Entities instead of backslashes where a renderer might see a mention, an address or a variable.
_ESCAPES = str.maketrans(
    {
        **{char: f"\\{char}" for char in "\\`*_[]|~#"},
        **{char: f"&#{ord(char)};" for char in "@$"},
        "<": "&lt;",
        ">": "&gt;",
        "&": "&amp;",
        '"': "&quot;",
    }
)
_LINE_START = re.compile(r"([0-9]{0,9})([-+=.)])")  # a list's item, a line under a heading
_ADDRESS = re.compile(r":(?=//)|(?<=\bwww)\.|\{(?=\{)", re.IGNORECASE)  # or a variable's name
_JOINERS = "\u200c\u200d"  # Persian and Indian scripts and emoji are broken without them
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_FENCES = re.compile(r"`+")


def text(words: str, limit: int = MAX_INLINE) -> str:
    """One line of text that renders as itself; cut visibly after `limit` characters."""
    line = _cut(" ".join(visible(words).split()), limit)
    escaped = _ADDRESS.sub(lambda found: f"&#{ord(found[0])};", line.translate(_ESCAPES))
    start = _LINE_START.match(escaped)
    return f"{start[1]}\\{escaped[start.start(2) :]}" if start else escaped


def paragraphs(words: str, limit: int = MAX_BLOCK) -> str:
    """Text of several lines; a blank line between them starts a paragraph."""
    lines = (text(line, limit) for line in _cut(words, limit).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def quote(words: str, limit: int = MAX_BLOCK) -> str:
    """A code block, letter by letter; its fence is longer than any inside."""
    content = _cut("\n".join(visible(line) for line in words.splitlines()), limit)
    longest = max((len(found) for found in _FENCES.findall(content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{content}\n{fence}"


def link(words: str, url: str) -> str:
    """`url` must come from `domain.links`; only its characters are made safe, not its aim."""
    target = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    return f"[{text(words)}]({target})"


def bullets(items: Iterable[str]) -> str:
    """`items` are markdown already, one line each."""
    return "\n".join(f"- {item}" for item in items)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are markdown already, one line each."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def packed(blocks: Iterable[str], limit: int = MAX_CELL) -> list[str]:
    """Blocks in order, joined into as few cells of at most `limit` bytes as they need.

    A single block over the limit is replaced by a note that says so.
    """
    cells: list[str] = []
    for block in filter(None, blocks):
        fitting = block if _size(block) <= limit else "*A part too long to show was left out.*"
        if cells and _size(cells[-1]) + _size(fitting) + 2 <= limit:
            cells[-1] = f"{cells[-1]}\n\n{fitting}"
        else:
            cells.append(fitting)
    return cells


def visible(words: str) -> str:
    """Without characters that hide, reorder or steer: controls, bidi marks, invisible tags."""
    return "".join(char if _is_shown(char) else " " if char.isspace() else "" for char in words)


def _is_shown(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _HIDDEN


def _cut(words: str, limit: int) -> str:
    return words if len(words) <= limit else words[: limit - len(CUT)].rstrip() + CUT


def _size(block: str) -> int:
    return len(block.encode())
