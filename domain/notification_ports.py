"""What telling people needs from the outside world.

As in `domain.ports`: every method may raise a `domain.errors.RayneError` and nothing else.
"""

from collections.abc import Sequence
from typing import Protocol

from domain.incidents import Occasion
from domain.notices import Notice, Notification


class Notices(Protocol):
    """Rayne's own records of what people were told."""

    async def plan_notices(self, notices: Sequence[Notice]) -> None:
        """Keeps those whose incident has none of that occasion; others stay. Idempotent."""
        ...

    async def list_notices(self, incident_id: int) -> tuple[Notice, ...]:
        """In the order of their occasions."""
        ...

    async def get_notice(self, incident_id: int, occasion: Occasion) -> Notice:
        """Raises NotFound."""
        ...

    async def note_taken(self, notice: Notice, address: str) -> None:
        """`address`, a digest, took it. Idempotent. Raises NotFound where it was never planned."""
        ...

    async def finish_notice(self, notice: Notice, given_up: str = "") -> None:
        """It is told, or given up for a reason. What is told stays so. Idempotent, NotFound too."""
        ...


class Notifier(Protocol):
    """One address that shows notifications to people."""

    @property
    def address(self) -> str:
        """Its URL, which may hold a token: never logged."""
        ...

    async def notify(self, notification: Notification) -> str:
        """What it answered, as in "200 OK". At least once: the notification's key goes with it.

        Raises Unavailable where another try may help.
        """
        ...
