"""Log messages without what varies from line to line, so that equal causes look equal.

Our own masking and no library: the known one, drain3, had its last release in 2022, pins an old
cachetools, and clusters by similarity with state, so that the same lines in another order or batch
give other templates. Evidence ids must come out the same on every retry; masking is a pure
function of one message.
"""

import re
from functools import lru_cache

REMEMBERED = 4096  # messages: the lines of a case are mined several times
MAX_MASKED = 1_000  # characters of a message that are looked at
MAX_TEMPLATE = 300

_TRACEBACK = "Traceback (most recent call last)"

# The first alternative that matches wins; "keep" guards what looks variable but carries meaning.
_KINDS = {
    "keep": (
        r"\b(?:HTTP(?:/\d(?:\.\d)?)?|status(?:[ _-]?code)?|code)[\"']?[ :=]{1,3}[1-5]\d\d\b"
        r"|(?<= )[1-5]\d\d(?= \d+(?:\.\d+)? ?ms\b)"  # an access log's, before the duration
    ),
    "time": r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
    "uuid": r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
    "email": r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+",
    "ip": r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b|\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b",
    "hex": r"\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b",
    "quoted": r"\"[^\"\n]{1,200}\"|`[^`\n]{1,200}`|(?<!\w)'[^'\n]{1,200}'(?!\w)",
    "version": r"\bv?\d+\.\d+\.\d+(?:[-+.]\w+)*",
    "id": r"\b(?=[a-z]*\d+[a-z]+\d)[a-z0-9]{5,}\b",
    "n": r"(?<![a-z\d])\d+(?:[.,]\d+)*",
}
_VARIABLE = re.compile(
    "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()), re.IGNORECASE
)


# A structured line says it all in one field; the others are who, when and where.
_SAID = re.compile(
    r"""(?:\bmsg=|"(?:msg|message|event|error)"\s{0,4}:\s{0,4})"((?:[^"\\]|\\.){1,1000})\""""
)


@lru_cache(maxsize=REMEMBERED)
def template_of(message: str) -> str:
    """What the message's telling line says, its variable parts as `<n>`, `<uuid>`, `<quoted>`."""
    line = telling_line(message)
    said = _SAID.search(line)
    masked = _VARIABLE.sub(_mask, (said[1] if said else line)[:MAX_MASKED])
    return masked[:MAX_TEMPLATE]


def telling_line(message: str) -> str:
    """The line that names the failure: the first, but the last of a Python traceback."""
    lines = [" ".join(line.split()) for line in message.splitlines() if line.strip()]
    if not lines:
        return ""
    return lines[-1] if _TRACEBACK in lines[0] else lines[0]


def _mask(match: re.Match[str]) -> str:
    return match[0] if match.lastgroup == "keep" else f"<{match.lastgroup}>"
