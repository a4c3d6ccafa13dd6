"""What an intent is, and what is the same for all of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from datadog_api_client import ApiClient

from dd_lib.client import DatadogClient
from domain.evidence import Window
from tests.contract.official.client import Ask
from tests.factories import NOON

Json = dict[str, Any]

WINDOW = Window(start=NOON - timedelta(minutes=25), end=NOON + timedelta(minutes=5))


@dataclass(frozen=True)
class Intent:
    """`answer` is what Datadog says to it, as its description has it (None: nothing); it ends any
    list.
    """

    name: str
    ours: Callable[[DatadogClient], Awaitable[object]]
    theirs: Ask
    answer: object = field(default_factory=dict)
    status: int = 200
    in_any_order: bool = False  # several questions at once


def in_order(*calls: Ask) -> Ask:
    def call_each(client: ApiClient) -> None:
        for call in calls:
            call(client)

    return call_each
