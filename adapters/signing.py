"""Signed access tokens (JWT, HS256), and where random secrets come from."""

import secrets
from datetime import UTC, datetime

import jwt
from pydantic import SecretStr

from domain.people import Claims

_ALGORITHM = "HS256"
_ISSUER = "rayne"
_CLAIMS = ["iss", "sub", "sid", "exp"]
_BYTES = 32


class JwtSigning:
    def sign(self, claims: Claims, key: SecretStr) -> str:
        said = {
            "iss": _ISSUER,
            "sub": str(claims.person_id),
            "sid": claims.session_id,
            "exp": int(claims.expires_at.timestamp()),
        }
        return jwt.encode(said, key.get_secret_value(), algorithm=_ALGORITHM)

    def read(self, token: str, key: SecretStr) -> Claims | None:
        """The algorithm is ours to say, never the token's. Its time is for the caller to judge."""
        try:
            said = jwt.decode(
                token,
                key.get_secret_value(),
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": _CLAIMS, "verify_exp": False},
            )
            return Claims(
                person_id=int(said["sub"]),
                session_id=said["sid"],
                expires_at=datetime.fromtimestamp(said["exp"], UTC),
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, OSError):
            return None

    def new_secret(self, prefix: str = "") -> SecretStr:
        return SecretStr(prefix + secrets.token_urlsafe(_BYTES))
