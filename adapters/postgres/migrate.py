"""Brings a database's tables up to date."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg.conninfo import make_conninfo
from sqlalchemy import create_engine, text
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


def upgrade(conninfo: str) -> None:
    """Runs every migration that the database lacks, all or none. Safe when processes race.

    Blocks: call it from a thread. Raises Unavailable, Misconfigured or Broken.
    """
    limits = {"lock_timeout": LOCK_TIMEOUT, "statement_timeout": STATEMENT_TIMEOUT}
    address = make_conninfo("", **read_address(conninfo, **limits))
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(address, connect_timeout=CONNECT_TIMEOUT),
        poolclass=NullPool,
    )
    try:
        with engine.begin() as connection:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME}
            )
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise translate(error.orig) from error.orig
        raise Broken("the tables could not be brought up to date") from error
