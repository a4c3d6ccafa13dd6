"""What PostgreSQL's refusals mean to Rayne. No text here repeats a row or a password."""

import psycopg
from psycopg import errors as refusals
from psycopg_pool import PoolTimeout

from domain.errors import (
    Broken,
    Conflict,
    Misconfigured,
    NotFound,
    RayneError,
    TimedOut,
    Unavailable,
)

# The first two characters of an SQLSTATE are its class.
_TIME_HEALS = {
    "08": "the connection was lost",
    "25006": "it takes no writes at the moment",
    "25P03": "a transaction was left idle for too long",
    "40": "another transaction was in the way",
    "53": "it has run out of disk, memory or connections",
    "55": "what is needed is locked",
    "57P": "it is starting, stopping or failing over",
    "58030": "its disk does not answer",
}
_TIME_IS_UP = {"25P04", "57014"}
_SETTINGS_ARE_WRONG = {
    "28": "it refused the login",
    "3D000": "it has no database of that name",
    "42501": "the user may not do this",
    "57P04": "the database was dropped",
}

# Libpq gives no SQLSTATE for a refused login, so its words must do.
_REFUSED_LOGINS = (
    "authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    "does not exist",
    "is not permitted to log in",
    "permission denied for database",
)


def translate(error: psycopg.Error) -> RayneError:
    """The domain's error for any error of psycopg and its pool."""
    if isinstance(error, refusals.UniqueViolation | refusals.ExclusionViolation):
        return Conflict("PostgreSQL already has a row of that key")
    if isinstance(error, refusals.ForeignKeyViolation):
        return NotFound("PostgreSQL has no row that this one belongs to")
    if error.sqlstate:
        return _translate_state(error, error.sqlstate)
    if isinstance(error, PoolTimeout):
        return Unavailable("every connection to PostgreSQL is busy")
    if not isinstance(error, psycopg.OperationalError):
        return Broken(f"psycopg was used wrongly: {type(error).__name__}")
    return _translate_connection(error)


def _translate_state(error: psycopg.Error, state: str) -> RayneError:
    if state in _TIME_IS_UP:
        return TimedOut("PostgreSQL took too long over a statement")
    if reason := _lookup(_SETTINGS_ARE_WRONG, state):
        return Misconfigured(f"PostgreSQL cannot be used: {reason}")
    if reason := _lookup(_TIME_HEALS, state):
        return Unavailable(f"PostgreSQL is not available: {reason}")
    return Broken(f"PostgreSQL refused a statement: {type(error).__name__} ({state})")


def _lookup(reasons: dict[str, str], state: str) -> str:
    return next((text for prefix, text in reasons.items() if state.startswith(prefix)), "")


def _translate_connection(error: psycopg.OperationalError) -> RayneError:
    said = str(error)
    if "FATAL" in said or "fe_sendauth" in said:
        for words in _REFUSED_LOGINS:
            if words in said:
                return Misconfigured(f"PostgreSQL refused the login: {words}")
    return Unavailable("PostgreSQL cannot be reached")
