"""Signed tokens say what we signed; whatever else calls itself one says nothing."""

from datetime import timedelta

import jwt
import pytest
from pydantic import SecretStr

from adapters.signing import JwtSigning
from domain.people import Claims
from tests.factories import NOON

KEY, OTHER = SecretStr("k" * 32), SecretStr("o" * 32)
CLAIMS = Claims(person_id=7, session_id=42, expires_at=NOON + timedelta(minutes=15))
SAID = {"iss": "rayne", "sub": "7", "sid": 42, "exp": 4102444800}


def signed(**changes: object) -> str:
    said = {name: value for name, value in (SAID | changes).items() if value is not None}
    return jwt.encode(said, KEY.get_secret_value(), algorithm="HS256")


def test_what_was_signed_is_read() -> None:
    signing = JwtSigning()

    assert signing.read(signing.sign(CLAIMS, KEY), KEY) == CLAIMS


def test_a_token_that_is_over_is_read_too_for_the_clock_is_the_callers() -> None:
    signing = JwtSigning()
    old = CLAIMS.model_copy(update={"expires_at": NOON - timedelta(days=9000)})

    assert signing.read(signing.sign(old, KEY), KEY) == old


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "..",
        "\ud800.b.c",
        signed(iss="somebody else"),
        signed(sid=None),
        signed(sid="forty-two"),
        signed(sub="mia"),
        signed(exp=10**18),
        jwt.encode(SAID, OTHER.get_secret_value(), algorithm="HS256"),
        jwt.encode(SAID, KEY.get_secret_value() * 2, algorithm="HS512"),
        jwt.encode(SAID, None, algorithm="none"),
    ],
)
def test_anything_else_says_nothing(token: str) -> None:
    assert JwtSigning().read(token, KEY) is None


def test_a_token_that_was_tampered_with_says_nothing() -> None:
    signing = JwtSigning()
    head, body, signature = signing.sign(CLAIMS, KEY).split(".")
    others = signed(sub="1").split(".")[1]

    assert body != others
    assert signing.read(f"{head}.{others}.{signature}", KEY) is None


def test_secrets_are_long_and_never_the_same() -> None:
    made = {JwtSigning().new_secret("rayne_").get_secret_value() for _ in range(100)}

    assert len(made) == 100
    assert min(len(secret) for secret in made) >= len("rayne_") + 43
