"""How Rayne is doing, over HTTP."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.errors import Unavailable
from domain.status import AnalysisQueue, Backlog, Spending
from tests.unit.api.front import Front


def tell(front: Front, **changes: object) -> None:
    front.status.told = front.status.told.model_copy(update=changes)


def test_what_waits_is_told_with_its_age(front: Front) -> None:
    tell(
        front,
        deliveries=Backlog(waiting=7, oldest_seconds=12.5),
        analyses=AnalysisQueue(
            limit=2, running=2, waiting=Backlog(waiting=3), waiting_by_priority={"P1": 3}
        ),
    )

    told = front.client.get("/v1/status").json()

    assert told["deliveries"] == {"waiting": 7, "oldest_seconds": 12.5}
    assert told["analyses"]["waiting_by_priority"] == {"P1": 3}


@pytest.mark.parametrize(
    ("spent", "has_claude", "writer", "because"),
    [
        (0, True, "claude", "money left"),
        (50, True, "rules", "the day's limit of 50 dollars is reached"),
        (0, False, "rules", "no key"),
    ],
)
def test_who_writes_now_is_told_with_the_reason(
    front: Front, spent: int, has_claude: bool, writer: str, because: str
) -> None:
    tell(front, spending=Spending(spent=Decimal(spent), limit=Decimal(50)))
    front.app.state.resources = replace(front.resources, has_claude=has_claude)

    told = front.client.get("/v1/status").json()["writes"]

    assert told["analyst"] == writer
    assert because in told["why"]


def test_without_postgres_nothing_is_made_up(front: Front) -> None:
    front.status.fails_with = Unavailable("PostgreSQL does not answer")

    assert front.client.get("/v1/status").status_code == 503
