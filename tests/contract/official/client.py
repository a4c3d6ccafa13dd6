"""The official client, pointed at an address, and what it is made to ask."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from datadog_api_client import ApiClient, Configuration

Ask = Callable[[ApiClient], Any]

UNSTABLE = ("list_incidents", "search_incidents", "validate")


@dataclass(frozen=True)
class Call:
    """`ask` makes what it is about first, if need be, and returns the operation's own answer.

    `shows` is the part of the answer that must hold something; "" where there is none.
    """

    method: str
    path: str  # as the document spells it
    ask: Ask
    shows: str = "data"

    @property
    def operation(self) -> tuple[str, str]:
        return self.method.lower(), self.path


@contextmanager
def official_client(url: str) -> Iterator[ApiClient]:
    configuration = Configuration(  # type: ignore[no-untyped-call]  # ships half its types
        host=url, api_key={"apiKeyAuth": "key", "appKeyAuth": "app"}
    )
    for operation in UNSTABLE:
        configuration.unstable_operations[operation] = True
    with ApiClient(configuration) as client:
        yield client


def official(kind: Any, operation: str, *names: object, **options: Any) -> Ask:
    """A call of the official client. It makes its own types of the dictionaries it is given."""
    return lambda client: getattr(kind(client), operation)(*names, **options)


def after(first: Ask, then: Callable[[Any], Ask]) -> Ask:
    """Asks about what the first call made."""
    return lambda client: then(first(client))(client)
