"""Bodies as Datadog posts them, each with an event of its own."""

import json
from collections.abc import Iterator, Sequence
from itertools import count

from dd_lib.sandbox.app import SCENARIOS

_TEMPLATE = json.loads((SCENARIOS / "bad-deploy" / "webhook.json").read_text(encoding="utf-8"))
_numbers = count(1)


def bodies(many: int, *, incidents: int = 50) -> Sequence[bytes]:
    """Of so many incidents in turn; never the same one twice in a process."""
    return [json.dumps(body).encode() for body in _fields(many, incidents)]


def _fields(many: int, incidents: int) -> Iterator[dict[str, object]]:
    for _ in range(many):
        number = next(_numbers)
        service = f"svc-{number % incidents}"
        group = f"env:prod,host:h-{number},service:{service}"
        yield _TEMPLATE | {
            "id": f"{number:019}",
            "alert_cycle_key": f"{number:019}",
            "monitor_id": f"{1_000 + number % incidents}",
            "service": service,
            "hostname": f"h-{number}",
            "scope": group,
            "tags": f"{group},monitor,team:shop",
        }
