"""What Datadog writes around a monitor's name: `[P1] [Triggered on {host:a}] name`."""

import re
from typing import NamedTuple

from domain.transitions import read_word
from domain.webhook_values import read_pairs, read_tags

# Possessive throughout: a title is a stranger's text and must not make the search go back.
_BRACKET = re.compile(r"\s*+\[([^\[\]{]*+)(?:\{([^{}]*+)\})?+[^\[\]{}]*+\]\s*+")
_MOST_BRACKETS = 8
_PRIORITY = re.compile(r"[Pp][1-5]")


class Title(NamedTuple):
    """A title taken apart. `name` keeps brackets that are not Datadog's, such as "[shop] CPU"."""

    name: str
    word: str = ""  # "Triggered", "Warn Recovered", or one that we have not met
    scope: tuple[str, ...] = ()
    priority: str = ""


def read_title(title: str) -> Title:
    word, scope, priority, end = "", "", "", 0
    for _ in range(_MOST_BRACKETS):
        found = _BRACKET.match(title, end)
        if found is None:
            break
        inner = found[1].strip()
        state = inner.removesuffix(" on").strip() if found[2] is not None else inner
        if _PRIORITY.fullmatch(inner):
            priority = priority or inner.upper()
        elif found[2] is not None or read_word(state, recovery_anywhere=True):
            word, scope = (word, scope) if word else (state, found[2] or "")
        elif inner != "TEST":  # Datadog's mark on a test notification
            break
        end = found.end()
    name = title[end:].strip()
    return Title(name or title.strip(), word, read_pairs(read_tags(scope)), priority)
