"""Brings a database's tables up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from adapters.postgres.address import read_address
from adapters.postgres.errors import translate
from domain.errors import Broken

MIGRATIONS = Path(__file__).parent / "migrations"
CONNECT_TIMEOUT = 10  # seconds
LOCK_TIMEOUT = "120s"  # how long another process's migrations may take
STATEMENT_TIMEOUT = "600s"
_ONE_AT_A_TIME = 7_296_301_115  # any number, as long as nobody else uses it

log = structlog.get_logger()


def upgrade(conninfo: str) -> None:
    """Runs every migration that the database lacks, all or none. Safe when processes race.

    Leaves the tables of a newer Rayne as they are: while it is rolled out, or rolled back, ours
    goes on beside it. Blocks: call it from a thread. Raises Unavailable, Misconfigured or Broken.
    """
    with _connected(conninfo) as connection:
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME}
        )
        config = _config()
        if newer := _unknown(connection, config):
            log.warning("postgres.newer_tables", revision=newer)
            return
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(conninfo: str) -> bool:
    """Whether the tables are this Rayne's, or a newer one's. Needs no right to change them.

    Blocks: call it from a thread. Raises Unavailable, Misconfigured or Broken.
    """
    with _connected(conninfo) as connection:
        config = _config()
        heads = set(ScriptDirectory.from_config(config).get_heads())
        return _applied(connection) == heads or bool(_unknown(connection, config))


@contextmanager
def _connected(conninfo: str) -> Iterator[Connection]:
    """One transaction."""
    limits = {"lock_timeout": LOCK_TIMEOUT, "statement_timeout": STATEMENT_TIMEOUT}
    address = make_conninfo("", **read_address(conninfo, **limits))
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(address, connect_timeout=CONNECT_TIMEOUT),
        poolclass=NullPool,
    )
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise translate(error.orig) from error.orig
        raise Broken("the tables could not be brought up to date") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _applied(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _unknown(connection: Connection, config: Config) -> str:
    """A revision that the database has and this Rayne has not."""
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    return ", ".join(sorted(_applied(connection) - known))
