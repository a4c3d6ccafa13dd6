"""Whether words really stand in a text."""

import re
import unicodedata

MIN_QUOTE = 8  # characters: "error" or "up" stand in every text and prove nothing

_CUT_NUMBER_BEFORE = r"(?<!\d)(?<!\d[.,])"
_CUT_NUMBER_AFTER = r"(?!\d)(?![.,]\d)"


def stands_in(quote: str, text: str) -> bool:
    """Whether `quote` is found in `text`, letter by letter and case-sensitively.

    Only white space and Unicode composition (NFC) may differ: a quote is a copy, and whoever
    changes its case or leaves words out with an ellipsis has not copied. It may not cut a number
    apart, for 150 is not in 1500. Quotes shorter than `MIN_QUOTE` are never found.
    """
    wanted = normalised(quote)
    if len(wanted) < MIN_QUOTE:
        return False
    before = _CUT_NUMBER_BEFORE if wanted[0].isdecimal() else ""
    after = _CUT_NUMBER_AFTER if wanted[-1].isdecimal() else ""
    return re.search(before + re.escape(wanted) + after, normalised(text)) is not None


def normalised(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def line_of(text: str, name: str) -> str:
    """The first line "name: value" of an item's text, a quote by construction; "" if none."""
    start = f"{name}: "
    return next((line for line in text.split("\n") if line.startswith(start)), "")
