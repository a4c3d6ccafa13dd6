"""The request that a webhook sends: address, headers and body, all variables filled in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.templates import Values, fill, fill_json
from domain.errors import InvalidInput

HIDDEN = "********"
_TYPES = {"json": "application/json; charset=utf-8", "form": "application/x-www-form-urlencoded"}
# As deliveries of the real one show themselves.
_USUAL = {"User-Agent": "python-requests/2.32.3", "Accept": "*/*"}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`headers` may hold secrets."""

    url: str
    headers: Mapping[str, str]
    body: str


def outgoing(webhook: Resource, values: Values) -> Outgoing:
    """Raises InvalidInput where the variables' values leave no readable JSON."""
    template = fill_json(str(webhook["payload"]), values)
    encoding = str(webhook["encode_as"])
    return Outgoing(
        url=fill(str(webhook["url"]), values),
        headers=_USUAL | {"Content-Type": _TYPES[encoding]} | _custom_headers(webhook, values),
        body=_as_form(template) if encoding == "form" else template,
    )


def values_of(variables: Mapping[str, Resource], *, hidden: bool = False) -> dict[str, str]:
    """Custom variables by name; `hidden` covers up the secret ones."""
    return {
        name: HIDDEN if hidden and variable["is_secret"] else str(variable["value"])
        for name, variable in variables.items()
    }


def _custom_headers(webhook: Resource, values: Values) -> dict[str, str]:
    text = str(webhook["custom_headers"] or "{}")
    headers = _read_object("custom headers", fill_json(text, values))
    return {name: str(value) for name, value in headers.items()}


def _as_form(text: str) -> str:
    """One field for each key of the payload; what is no text goes as JSON."""
    fields = _read_object("payload", text)
    return urlencode(
        {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in fields.items()
        }
    )


def _read_object(what: str, text: str) -> dict[str, object]:
    """Its text stays out of the error: it may hold a secret."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"the {what} are no JSON once filled in") from error
    if not isinstance(value, dict):
        raise InvalidInput(f"the {what} are no JSON object once filled in")
    return value
