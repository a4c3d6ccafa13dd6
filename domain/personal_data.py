"""Rules for what certainly names a person or an account: e-mail, payment card, IBAN, SSN.

Names of hosts, addresses of machines, versions and ids are evidence and stay. Numbers are taken
only where their own check digits say what they are.
"""

import re
from collections.abc import Sequence
from typing import Final

from domain.secret_rules import REDACTED, Rule, rule

# Not "git@github.com:shop/cart", "https://user@host/", "cart@2.4.1.tgz", "user@1000.service" and
# "Order@6d06d69c.close": those are a login, a package, a unit and an object.
_EMAIL = re.compile(
    r"""(?<!://)(?<![\w.+-])(?!git(?:@|%40))
        [\w.+-]{1,64}(?:'[\w.+-]{1,64})?(?:@|%40)
        (?!\d+\.\d)(?![0-9a-f]{6,8}\.[a-z]+[A-Z(])
        (?:[\w-]{1,63}\.){1,8}
        (?!(?:service|socket|timer|target|mount|slice|scope|internal|local|svc|cluster|lan)\b)
        [^\W\d_]{2,24}(?![\w-])""",
    re.VERBOSE,
)

_CARD = re.compile(
    r"""(?<![\w.:-])(?:
        \d{4}([ -]?)\d{4}\1\d{4}\1\d{4}     # as most are
      | \d{4}([ -]?)\d{6}\2\d{5}            # American Express
    )(?![\w-]|\.\d)""",
    re.VERBOSE,
)
_ISSUER = re.compile(
    r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|6(?:011|4[4-9]|5)|35(?:2[89]|[3-8])"
)
_ID_BEFORE = re.compile(r"id\\{0,4}[\"']?\s{0,4}[:=]\s{0,4}\\{0,4}[\"']?\Z", re.IGNORECASE)

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
# How many characters an IBAN has in each country.
_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS",
        23: "AE GI IL IQ TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "PT",
        26: "IS TR",
        27: "FR GR IT MC MR SM",
        28: "AL AZ CY DO GT HU LB PL",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
    }.items()
    for country in countries.split()
}
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])")


def cards(text: str) -> str:
    return _CARD.sub(lambda found: REDACTED if _is_card(found) else found[0], text)


def ibans(text: str) -> str:
    return _IBAN.sub(_without_iban, text)


def _is_card(found: re.Match[str]) -> bool:
    """By its issuer and its last digit; one of ten ids has that by chance, so a named id stays."""
    digits = [int(digit) for digit in found[0] if digit.isdecimal()]
    if not _ISSUER.match(found[0]) or _ID_BEFORE.search(_before(found)):
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - 24) : found.start()]


def _without_iban(found: re.Match[str]) -> str:
    """Words may follow directly, which the country's length tells apart."""
    length = _IBAN_LENGTHS.get(found[0][:2], 0)
    end, taken = 0, 0
    while end < len(found[0]) and taken < length:
        taken += found[0][end] != " "
        end += 1
    compact = found[0][:end].replace(" ", "")
    if not length or len(compact) != length or found[0][end : end + 1].isalnum():
        return found[0]
    turned = "".join(str(int(letter, 36)) for letter in compact[4:] + compact[:4])
    return REDACTED + found[0][end:] if int(turned) % 97 == 1 else found[0]


PERSONAL_DATA: Final[Sequence[Rule]] = (
    rule(_EMAIL, REDACTED, "@", "%40"),
    cards,
    ibans,
    rule(_SSN, REDACTED, "-"),
)
