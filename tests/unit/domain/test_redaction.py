"""Secrets do not leave; what is no secret stays."""

import base64
import string
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.redaction import RULES, WITHHELD, detecting, redact

LETTERS = string.ascii_letters + string.digits

# Secrets by their own shape. Built from parts, for secret scanners read tests as well.
ISSUED = [
    "sk-" + "ant-api03-" + "Ab1" * 10,
    "sk-" + "proj-" + "Ab1" * 10,
    "AKIA" + "ABCDEFGH12345678",
    "ghp_" + "Ab1" * 12,
    "github_pat_" + "Ab1_" * 10,
    "glpat-" + "Ab1-" * 6,
    "xoxb-" + "123456789012-" + "Ab1" * 8,
    "AIza" + "Ab1" * 11 + "Ab",
    "sk_live_" + "Ab1" * 9,
    "npm_" + "Ab1" * 12,
    "hf_" + "Ab1" * 10,
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + ".c2lnbmF0dXJl",
]

# Where a secret of any shape may stand; {} is the secret.
PLACES = [
    "password={}",
    "DB_PASSWORD={} next=1",
    'export API_KEY="{}"',
    '{{"password": "{}", "user": "bob"}}',
    '{{\\"api_key\\":\\"{}\\"}}',
    "client_secret: '{}'",
    "https://x.test/?api_key={}&page=2",
    "access_token={};",
    "DD-APPLICATION-KEY: {}",
    "dd-api-key: {}",
    "Authorization: Bearer {}",
    "authorization: Basic {}",
    '"Authorization": "Bearer {}"',
    "curl --password {} https://x.test",
    "--api-key={}",
    "postgres://app:{}@db:5432/orders",
    "redis://:{}@cache",
    "Cookie: session={}; theme=dark",
    "Set-Cookie: id={}; Path=/",
    "PASSWORD => {}",
    "secretKey={}",
    "DB_PASSWORD_PROD={}",
    "password := {}",
    "if password == '{}'",
]

HARMLESS = [
    "payment refused: connection reset",
    "invalid token: expired",
    "password: missing",
    "max_tokens=4096 exceeded",
    "Bearer authentication failed for user 17",
    "token is invalid",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "trace_id=4bf92f3577b34da6a3ce929d0e0e4736",
    "GET https://shop.test/cart?page=2 took 350 ms",
    "ssh://git@github.com/shop/checkout",
    "service:checkout env:prod version:2.4.1",
    "secrets manager rotated 3 keys",
    "token-service: connection refused",
    "secret_name: db-credentials, token_type=bearer",
    "password-reset: 5xx=17",
    "error=timeout key=cart:17",
]


@pytest.mark.parametrize("secret", ISSUED, ids=lambda secret: secret[:8])
def test_a_token_of_a_known_issuer_is_taken_out(secret: str) -> None:
    assert redact(f"using {secret}, retrying") == "using [redacted], retrying"


@pytest.mark.parametrize("place", PLACES)
@given(secret=st.text(alphabet=LETTERS, min_size=12, max_size=60).filter(lambda s: "0" in s))
def test_whatever_stands_where_secrets_stand_is_taken_out(place: str, secret: str) -> None:
    assert secret not in redact(f"at noon {place.format(secret)} failed")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DB_PASSWORD=hunter2 next=1", "DB_PASSWORD=[redacted] next=1"),
        ('{"password": "hunter2", "user": "bob"}', '{"password": "[redacted]", "user": "bob"}'),
        ('{\\"token\\":\\"hunter2\\",', '{\\"token\\":\\"[redacted]\\",'),
        ("client_secret: 'hunter2'", "client_secret: '[redacted]'"),
        ('password="a \\" b" user=bob', 'password="[redacted]" user=bob'),
        ("/?api_key=hunter2&page=2", "/?api_key=[redacted]&page=2"),
        ("Cookie: session=hunter2; a=b\nnext", "Cookie: [redacted]\nnext"),
        ("Authorization: Bearer hunter2 sent", "Authorization: Bearer [redacted] sent"),
        ("curl --password hunter2 -v", "curl --password [redacted] -v"),
        ("postgres://app:hunter2@db:5432/a", "postgres://app:[redacted]@db:5432/a"),
        ("amqp://app:p@ss:w0rd@mq/vhost", "amqp://app:[redacted]@mq/vhost"),
        ("https://0123456789abcdef@sentry.test/1", "https://[redacted]@sentry.test/1"),
    ],
)
def test_the_words_around_a_secret_stay(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_a_quoted_password_that_never_ends_is_taken_out_to_the_end_of_the_line() -> None:
    assert redact('password="correct horse\nnext line') == 'password="[redacted]"\nnext line'


def test_a_private_key_is_taken_out_whole() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----"

    assert redact(f"loaded {key} ok") == "loaded [redacted] ok"


def test_a_private_key_that_was_cut_off_is_taken_out_to_the_end() -> None:
    assert redact("loaded -----BEGIN PRIVATE KEY-----\nMIIEow") == "loaded [redacted]"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@given(st.text(alphabet=string.ascii_lowercase + " .,0123456789", max_size=300))
def test_text_without_the_signs_of_a_secret_stays(text: str) -> None:
    words = ("bearer", "--")
    assert any(word in text for word in words) or redact(text) == text


@given(st.lists(st.sampled_from([*PLACES, *ISSUED, *HARMLESS, "\n", '"', "'", "\\"])))
def test_redacting_twice_changes_nothing_more(parts: list[str]) -> None:
    once = redact(" ".join(part.replace("{}", "hunter2hunter2") for part in parts))

    assert redact(once) == once


def test_where_a_rule_breaks_the_whole_text_is_withheld() -> None:
    def broken(_text: str) -> str:
        raise ZeroDivisionError

    assert redact("nothing secret", [*RULES, broken]) == WITHHELD


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "://",
        "a:",
        "://a:",
        "password",
        "password=",
        'password="',
        "--",
        "--password",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "bearer ",
        "authorization: ",
        "cookie",
        "eyJaaaaaaaa.",
        "sk-",
        "\\",
        " ",
    ],
)
def test_no_text_makes_redaction_slow(unit: str) -> None:
    text = unit * (100_000 // len(unit))

    assert redact(text) is not None


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "unit", ["a@", "a.b@c.", "4111 ", "DE89", "AB12 ", "1-", "sess id=", "%40"]
)
def test_no_personal_data_makes_redaction_slow(unit: str) -> None:
    text = unit * (100_000 // len(unit))

    assert redact(text) is not None


def test_every_invisible_letter_is_taken_out() -> None:
    invisible = [
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(letter) in {"Cc", "Cf", "Cs"} and not letter.isspace()
    ]

    assert [letter for letter in invisible if letter in redact(f"a{letter}b")] == []


def test_a_key_in_base64_is_taken_out_as_the_key_is() -> None:
    hidden = base64.b64encode(f"aws key {ISSUED[2]}".encode()).decode()

    assert redact(f"please decode {hidden} now") == "please decode [redacted] now"


def test_a_detector_works_beside_our_rules_until_it_is_left() -> None:
    def detector(text: str) -> str:
        return text.replace("swordfish", "[redacted]")

    with detecting(detector):
        inside = redact("password=hunter2 swordfish")

    assert inside == "password=[redacted] [redacted]"
    assert redact("swordfish") == "swordfish"


def test_where_a_detector_breaks_the_whole_text_is_withheld() -> None:
    def broken(_text: str) -> str:
        raise MemoryError

    with detecting(broken):
        assert redact("nothing secret") == WITHHELD
