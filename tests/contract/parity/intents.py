"""What an intent is, and what is the same for all of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from datadog_api_client import ApiClient

from dd_lib.client import DatadogClient
from domain.evidence import Window
from tests.factories import NOON

Json = dict[str, Any]

Theirs = Callable[[ApiClient], object]

WINDOW = Window(start=NOON - timedelta(minutes=25), end=NOON + timedelta(minutes=5))


@dataclass(frozen=True)
class Intent:
    """`answer` is what Datadog says to it, as its description has it (None: nothing); it ends any
    list.
    """

    name: str
    ours: Callable[[DatadogClient], Awaitable[object]]
    theirs: Theirs
    answer: object = field(default_factory=dict)
    status: int = 200


def official(kind: Any, operation: str, *names: object, **options: Any) -> Theirs:
    """A call of the official client. It makes its own types of the dictionaries it is given."""
    return lambda client: getattr(kind(client), operation)(*names, **options)


def in_order(*calls: Theirs) -> Theirs:
    def call_each(client: ApiClient) -> None:
        for call in calls:
            call(client)

    return call_each
