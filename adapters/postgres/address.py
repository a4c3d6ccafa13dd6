"""Where PostgreSQL is: libpq's connection string, taken apart without showing it to anyone."""

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from domain.errors import Misconfigured

Parameters = dict[str, Any]  # what psycopg.connect takes: text, numbers, a row factory


def read_address(conninfo: str, **limits: str) -> Parameters:
    """The parts of `conninfo`, with `limits` as settings of each session on the server.

    Raises Misconfigured when it cannot be read.
    """
    try:
        parameters: Parameters = conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        # Not `from`: libpq quotes the text that it could not read, password included.
        raise Misconfigured("the address of PostgreSQL cannot be read") from None
    given = parameters.get("options", "")
    settings = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return parameters | {
        "application_name": parameters.get("application_name", "rayne"),
        "options": f"{given} {settings}".strip(),
    }
