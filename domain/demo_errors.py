"""Errors on request: for dashboards, alerts and clients that want to see some."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.demo_draws import Draws

DEFAULT_TYPE, DEFAULT_CODE = "server", 500
CHANCE = "random"


class DemoError(NamedTuple):
    error: str
    error_type: str
    status: int


_ERRORS: Mapping[str, DemoError] = {
    error.error_type: error
    for error in (
        DemoError("the server met a condition it did not expect", DEFAULT_TYPE, DEFAULT_CODE),
        DemoError("the request took longer than 30 seconds", "timeout", 504),
        DemoError("the database refused the connection", "database", 500),
        DemoError("the service behind this one sent no valid answer", "upstream", 502),
        DemoError("the field 'email' is not an address", "validation", 400),
        DemoError("the token is missing or has expired", "auth", 401),
        DemoError("this is for administrators only", "forbidden", 403),
        DemoError("there is no such order", "notfound", 404),
        DemoError("100 requests a minute are the limit", "ratelimit", 429),
        DemoError("down for maintenance, back soon", "unavailable", 503),
    )
}
TYPES = tuple(_ERRORS)


def demo_error(error_type: str, code: int, message: str, draws: Draws) -> DemoError:
    """The error of that type; an unknown one is the server's own, which alone heeds `code`.

    "random" is any of them, as `draws` has it. A message takes the place of the type's own.
    """
    wanted = error_type.lower()
    if wanted == CHANCE:
        wanted = draws.pick(TYPES)
    error = _ERRORS.get(wanted, _ERRORS[DEFAULT_TYPE])
    if error.error_type == DEFAULT_TYPE:
        error = error._replace(status=code)
    return error._replace(error=message or error.error)
