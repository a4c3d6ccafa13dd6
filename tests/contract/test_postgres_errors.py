"""Whatever psycopg raises, Rayne hears one of its own errors, and no secret in it."""

import psycopg
import psycopg_pool
import pytest
from psycopg import errors

from adapters.postgres.errors import translate
from domain.errors import (
    Broken,
    Conflict,
    Misconfigured,
    NotFound,
    RayneError,
    TimedOut,
    Unavailable,
)


def family(root: type[psycopg.Error]) -> set[type[psycopg.Error]]:
    children = root.__subclasses__()
    return {root, *children, *(cls for child in children for cls in family(child))}


EVERY_ERROR = sorted(family(psycopg.Error), key=lambda cls: cls.__name__)


def test_the_enumeration_holds_the_sqlstates_and_the_pools_errors() -> None:
    assert {errors.DeadlockDetected, psycopg_pool.PoolTimeout, psycopg_pool.PoolClosed} <= set(
        EVERY_ERROR
    )
    assert len(EVERY_ERROR) > 250


@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda cls: cls.__name__)
def test_every_error_of_the_driver_has_a_meaning_and_tells_no_secret(
    error: type[psycopg.Error],
) -> None:
    meaning = translate(error("Key (name)=(hunter2) already exists"))

    assert isinstance(meaning, RayneError)
    assert "hunter2" not in str(meaning)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (errors.UniqueViolation, Conflict),
        (errors.ForeignKeyViolation, NotFound),
        (errors.QueryCanceled, TimedOut),
        (errors.TransactionTimeout, TimedOut),
        (errors.SerializationFailure, Unavailable),
        (errors.DeadlockDetected, Unavailable),
        (errors.LockNotAvailable, Unavailable),
        (errors.DiskFull, Unavailable),
        (errors.OutOfMemory, Unavailable),
        (errors.TooManyConnections, Unavailable),
        (errors.AdminShutdown, Unavailable),
        (errors.CrashShutdown, Unavailable),
        (errors.CannotConnectNow, Unavailable),
        (errors.ReadOnlySqlTransaction, Unavailable),
        (errors.IoError, Unavailable),
        (errors.ConnectionException, Unavailable),
        (errors.ConnectionTimeout, Unavailable),
        (psycopg_pool.PoolTimeout, Unavailable),
        (psycopg_pool.PoolClosed, Unavailable),
        (psycopg_pool.TooManyRequests, Unavailable),
        (psycopg.OperationalError, Unavailable),
        (errors.InvalidPassword, Misconfigured),
        (errors.InvalidCatalogName, Misconfigured),
        (errors.InsufficientPrivilege, Misconfigured),
        (errors.DatabaseDropped, Misconfigured),
        (errors.UndefinedTable, Broken),
        (errors.NotNullViolation, Broken),
        (errors.NumericValueOutOfRange, Broken),
        (errors.ProgramLimitExceeded, Broken),
        (psycopg.InterfaceError, Broken),
    ],
)
def test_an_error_means_whose_turn_it_is(
    error: type[psycopg.Error], meaning: type[RayneError]
) -> None:
    assert type(translate(error("no"))) is meaning


@pytest.mark.parametrize(
    "said",
    [
        'FATAL:  password authentication failed for user "rayne"',
        'FATAL:  database "rayne" does not exist',
        'FATAL:  role "rayne" does not exist',
        "fe_sendauth: no password supplied",
        'FATAL:  no pg_hba.conf entry for host "10.0.0.1"',
    ],
)
def test_a_refused_login_is_a_misconfiguration(said: str) -> None:
    error = psycopg.OperationalError(f"connection failed: {said}")

    assert isinstance(translate(error), Misconfigured)


@pytest.mark.parametrize(
    "said",
    [
        "Connection refused",
        "FATAL:  the database system is starting up",
        "FATAL:  sorry, too many clients already",
        'socket "/run/pg/.s.PGSQL.5432" failed: No such file or directory',
        "failed to resolve host 'db'",
    ],
)
def test_a_server_that_does_not_answer_yet_is_an_outage(said: str) -> None:
    error = psycopg.OperationalError(f"connection failed: {said}")

    assert isinstance(translate(error), Unavailable)
