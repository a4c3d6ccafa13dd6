"""Takes secrets out of text before it leaves for the model, the embedder, the memory or a notebook.

Light by design: it knows the shapes of common credentials and the names that stand before them.
Every pattern runs in linear time, for the text comes from strangers.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

REDACTED: Final = "[redacted]"
WITHHELD: Final = "[text withheld: it could not be checked for secrets]"

Rule = Callable[[str], str]

# An unclosed key is cut to the end of the text: better too much than half a key.
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----.*?"
    r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----|\Z)",
    re.DOTALL,
)

_ISSUED_TOKEN = re.compile(
    r"""(?<![A-Za-z0-9])(?:
        sk-[A-Za-z0-9_-]{16,}                               # Anthropic, OpenAI
      | (?:AKIA|ASIA)[A-Z0-9]{16}                           # AWS
      | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_\w{20,}
      | glpat-[\w-]{16,}
      | xox[abeoprs]-[A-Za-z0-9-]{10,}                      # Slack
      | AIza[\w-]{35} | ya29\.[\w-]{16,}                    # Google
      | (?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{20,} # Stripe
      | npm_[A-Za-z0-9]{30,} | pypi-[\w-]{20,} | hf_[A-Za-z0-9]{20,}
      | SG\.[\w-]{16,}\.[\w-]{16,}                          # SendGrid
      | eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?                # a JSON web token
    )""",
    re.VERBOSE,
)

_URL_PASSWORD = re.compile(r"(?<=://)([^\s/:@\"'<>]{0,200}):[^\s/]+@")
_URL_TOKEN = re.compile(r"(?<=://)[^\s/:@\"'<>]{16,}@")

_AUTHORIZATION = re.compile(
    r"""(authorization\\{0,4}["']?\s{0,4}[:=]\s{0,4}\\{0,4}["']?
        (?:(?:bearer|basic|token|digest|apikey)\s{1,4})?)[^\s"',;\\]+""",
    re.IGNORECASE | re.VERBOSE,
)
# "Bearer authentication failed" is evidence, not a token: a digit or length tells them apart.
_BEARER = re.compile(r"\b(bearer\s{1,4})(?=\S{0,30}\d|\S{24})[\w.~+/=-]{8,}", re.IGNORECASE)
_COOKIE = re.compile(r"\b((?:set-)?cookie\s{0,4}[:=]\s{0,4})[^\r\n]+", re.IGNORECASE)

_NAME = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token(?!s)|credentials?|"
    r"(?:api|app|application|access|account|private|signing|encryption)[ _-]?key)"
    # "token-service: connection refused" and "secret_name: db" are evidence.
    r"(?!\w{0,4}[ _.-]?(?:services?|svc|server|manager|provider|store|reset|name|count|type|policy|"
    r"ttl|length|expir\w{1,5})\b)"
)
# What stands after "token:" in an error message, and says more than it gives away.
_PLAIN_WORD = (
    r"(?:true|false|null|none|nil|undefined|missing|invalid|expired|revoked|required|empty|"
    r"is|was|not|has|for|in|error|failed|rejected|refused|unknown)\b(?![^\s,;.)\]}\"'])"
)
_ASSIGNMENT = re.compile(
    rf"""({_NAME}[\w.\[\]-]{{0,40}}\\{{0,4}}["']?\s{{0,4}}[:=]{{1,3}}>?(?![:=>])\s{{0,4}})
        (?!\\{{0,4}}["']?(?:{_PLAIN_WORD}|\[redacted\]))
        (?:(\\{{0,4}}["'])(?:.*?(?<!\\)\2|.*) | [^\s,;&"']+)""",
    re.IGNORECASE | re.VERBOSE,
)
_OPTION = re.compile(rf"(--[\w-]{{0,30}}?{_NAME}[\w-]{{0,30}}\s{{1,4}})[^\s\[]\S*", re.IGNORECASE)


def _all(pattern: re.Pattern[str], replacement: str) -> Rule:
    return lambda text: pattern.sub(replacement, text)


RULES: Final[Sequence[Rule]] = (
    _all(_PRIVATE_KEY, REDACTED),
    _all(_URL_PASSWORD, rf"\1:{REDACTED}@"),
    _all(_URL_TOKEN, f"{REDACTED}@"),
    _all(_COOKIE, rf"\1{REDACTED}"),
    _all(_AUTHORIZATION, rf"\1{REDACTED}"),
    _all(_BEARER, rf"\1{REDACTED}"),
    _all(_ISSUED_TOKEN, REDACTED),
    _all(_ASSIGNMENT, rf"\1\2{REDACTED}\2"),
    _all(_OPTION, rf"\1{REDACTED}"),
)


def redact(text: str, rules: Sequence[Rule] = RULES) -> str:
    """The text without the secrets that are recognised in it.

    Fails closed: where a rule breaks, the whole text is withheld.
    """
    try:
        for rule in rules:
            text = rule(text)
    except Exception:  # noqa: BLE001 - whatever went wrong, unchecked text must not leave
        return WITHHELD
    return text
