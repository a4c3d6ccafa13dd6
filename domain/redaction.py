"""Takes secrets and personal data out of text before it leaves for the model, the embedder, the
memory or a notebook: by our own rules, and by a detector library where the process has one.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from domain.personal_data import PERSONAL_DATA
from domain.secret_rules import SECRETS, Rule

WITHHELD: Final = "[text withheld: it could not be checked for secrets]"

RULES: Final[Sequence[Rule]] = (*SECRETS, *PERSONAL_DATA)
_detectors: list[Rule] = []

# A key with an invisible letter inside is a key again for whoever drops that letter, as readers do:
# controls but white space, format characters, surrogates, and the supplement of variations.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891"
    "\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e01ef]+"
)


@contextmanager
def detecting(rule: Rule) -> Iterator[None]:
    """A detector beside our own rules, for the whole process: entered before anything is read."""
    _detectors.append(rule)
    try:
        yield
    finally:
        _detectors.remove(rule)


def redact(text: str, rules: Sequence[Rule] = RULES) -> str:
    """The text without the secrets, the personal data and the invisible letters in it.

    Fails closed: where a rule breaks, the whole text is withheld.
    """
    try:
        if not text.isprintable():
            text = _HIDDEN.sub("", text)
        for rule in (*rules, *_detectors):
            text = rule(text)
    except Exception:  # noqa: BLE001 - whatever went wrong, unchecked text must not leave
        return WITHHELD
    return text
