"""Settings that point to a test's own database."""

from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from adapters.settings import Settings


def settings_for(address: str, state_dir: Path, **changes: object) -> Settings:
    database = conninfo_to_dict(address)
    known = {
        "db_host": database["host"],
        "db_user": database.get("user", "postgres"),
        "db_name": database["dbname"],
        "db_sslmode": "disable",
        "state_dir": state_dir,
    }
    return Settings().model_copy(update=known | changes)
