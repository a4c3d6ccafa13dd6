"""Our own rules for secrets: the shapes that issuers give them, and the names before them.

Every pattern runs in linear time, for the text comes from strangers; and none is tried on a text
that has none of its signs, for there are thousands of lines.
"""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from typing import Final

REDACTED: Final = "[redacted]"

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
      | gl(?:pat|dt|rt|ft|cbt|ptt|soat|oas|agent|imt)-[\w-]{16,}
      | xox[abeoprs]-[A-Za-z0-9-]{10,} | xapp-\d-[A-Za-z0-9-]{20,}  # Slack
      | AIza[\w-]{35} | ya29\.[\w-]{16,} | GOCSPX-[\w-]{20,}        # Google
      | (?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{20,} # Stripe
      | npm_[A-Za-z0-9]{30,} | pypi-[\w-]{20,} | hf_[A-Za-z0-9]{20,}
      | SG\.[\w-]{16,}\.[\w-]{16,}                          # SendGrid
      | SK[0-9a-f]{32}(?![0-9a-f])                          # Twilio
      | key-[0-9a-f]{32}(?![0-9a-f])                        # Mailgun
      | [0-9a-f]{32}-us\d{1,2}(?!\w)                        # Mailchimp
      | ddpat_\w{20,}                                       # Datadog
      | NRAK-[A-Z0-9]{20,} | glsa_\w{30,} | sntry[su]_[\w=-]{30,}
      | dckr_pat_[\w-]{20,} | do[por]_v1_[0-9a-f]{40,} | dapi[0-9a-f]{32}
      | hv[sbr]\.[\w-]{20,} | [A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}
      | lin_api_\w{20,} | ntn_[A-Za-z0-9]{30,} | shp(?:at|ca|pa|ss)_[0-9a-f]{20,}
      | sq0(?:csp|atp)-[\w-]{20,}
      | \w{3}\dQ~[\w.~-]{30,}                               # Azure
      | AGE-SECRET-KEY-1[A-Z0-9]{40,}
      | eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?                # a JSON web token
    )""",
    re.VERBOSE,
)
_ISSUED_SIGNS = (
    *("sk-", "akia", "asia", "gh", "gl", "xox", "xapp-", "aiza", "ya29.", "gocspx-", "_", "pypi-"),
    *("sg.", "sk", "key-", "-us", "nrak-", "dapi", "hvs.", "hvb.", "hvr.", ".atlasv1.", "sq0"),
    *("q~", "age-secret", "eyj"),
)

# Addresses that whoever knows them may post to.
_SECRET_ADDRESS = re.compile(
    r"(hooks\.slack\.com/(?:services|workflows|triggers)/"
    r"|discord(?:app)?\.com/api/webhooks/"
    r"|webhook\.office\.com/webhookb2/"
    r"|api\.telegram\.org/(?:file/)?bot"
    r"|\blogs\.datadoghq\.(?:com|eu)/(?:api/)?v\d/input/)[^\s\"'<>]+"
)
_SIGNATURE = re.compile(r"(?<=[?&])((?:[\w-]{0,30}signature|sig)=)[^\s&\"'<>]{16,}", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(?<=://)([^\s/:@\"'<>]{0,200}):[^\s/]+@")
_URL_TOKEN = re.compile(r"(?<=://)[^\s/:@\"'<>]{16,}@")

_AUTHORIZATION = re.compile(
    r"""(authorization\\{0,4}["']?\s{0,4}[:=]\s{0,4}\\{0,4}["']?
        (?:(?:bearer|basic|token|digest|apikey)\s{1,4})?)[^\s"',;\\]+""",
    re.IGNORECASE | re.VERBOSE,
)
# "Bearer authentication failed" is evidence, not a token: a digit or length tells them apart.
_BEARER = re.compile(
    r"\b(bearer\s{1,4})(?!\w{1,40}=[\w\[])(?=\S{0,30}\d|\S{24})[\w.~+/=-]{8,}", re.IGNORECASE
)
_COOKIE = re.compile(r"\b((?:set-)?cookie\s{0,4}[:=]\s{0,4})[^\r\n]+", re.IGNORECASE)
_SESSION = re.compile(
    r"""((?:sess(?:ion)?|connect)[ _.-]?s?id\\{0,4}["']?\s{0,4}[:=]{1,3}>?\s{0,4}\\{0,4}["']?)
        [\w.%+/=-]{12,}""",
    re.IGNORECASE | re.VERBOSE,
)
_ONE_TIME = re.compile(
    r"\b((?:otp|one[- ]time (?:code|password)|pin)\s{0,4}[:=]\s{0,4}[\"']?)\d{4,8}\b", re.IGNORECASE
)

_NAME = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token(?!s)|credentials?|basic[_-]auth|"
    r"(?:api|app|application|access|account|private|signing|encryption)[ _-]?key|key-data)"
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
_NAME_SIGNS = ("pass", "pwd", "secret", "token", "credential", "auth", "key")

_ENCODED = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}")
_URL_SAFE = str.maketrans("-_", "+/")


def rule(pattern: re.Pattern[str], replacement: str, *signs: str) -> Rule:
    """Replaces the pattern in texts that hold one of the signs, which are in lower case."""

    def apply(text: str) -> str:
        folded = text.casefold()
        if any(sign in folded for sign in signs):
            return pattern.sub(replacement, text)
        return text

    return apply


_PLAIN: Final[Sequence[Rule]] = (
    rule(_PRIVATE_KEY, REDACTED, "private key"),
    rule(_SECRET_ADDRESS, rf"\1{REDACTED}", "webhook", "hooks.slack", "/bot", "/input/"),
    rule(_SIGNATURE, rf"\1{REDACTED}", "sig"),
    rule(_URL_PASSWORD, rf"\1:{REDACTED}@", "://"),
    rule(_URL_TOKEN, f"{REDACTED}@", "://"),
    rule(_COOKIE, rf"\1{REDACTED}", "cookie"),
    rule(_AUTHORIZATION, rf"\1{REDACTED}", "authorization"),
    rule(_BEARER, rf"\1{REDACTED}", "bearer"),
    rule(_SESSION, rf"\1{REDACTED}", "sess", "connect"),
    rule(_ONE_TIME, rf"\1{REDACTED}", "otp", "one", "pin"),
    rule(_ISSUED_TOKEN, REDACTED, *_ISSUED_SIGNS),
    rule(_ASSIGNMENT, rf"\1\2{REDACTED}\2", *_NAME_SIGNS),
    rule(_OPTION, rf"\1{REDACTED}", "--"),
)


def encoded(text: str) -> str:
    """Without what is a secret once it is decoded: Base64 hides nothing from a model."""
    return _ENCODED.sub(_unless_harmless, text)


def _unless_harmless(found: re.Match[str]) -> str:
    plain = _decoded(found[0])
    before = found.string[max(0, found.start() - 6) : found.start()]
    is_login = before.casefold() == "basic " and ":" in plain
    return REDACTED if is_login or _without_secrets(plain) != plain else found[0]


def _decoded(word: str) -> str:
    """The ASCII text that the word stands for; "" where it stands for none."""
    bare = word.rstrip("=").translate(_URL_SAFE)
    try:
        plain = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return plain if plain.isprintable() or "-----BEGIN" in plain else ""


def _without_secrets(text: str) -> str:
    for apply in _PLAIN:
        text = apply(text)
    return text


SECRETS: Final[Sequence[Rule]] = (*_PLAIN, encoded)
