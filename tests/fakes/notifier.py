"""A desktop, in memory."""

from domain.errors import RayneError
from domain.notices import Notification


class FakeNotifier:
    """Remembers what it showed. Fails as long as `fails_with` is set."""

    def __init__(
        self, address: str = "http://desk.test:9999", *, fails_with: RayneError | None = None
    ) -> None:
        self._address = address
        self.fails_with = fails_with
        self.asked = 0
        self.shown: list[Notification] = []

    @property
    def address(self) -> str:
        return self._address

    @property
    def occasions(self) -> list[str]:
        """Of what it showed."""
        return [notification.key.rpartition("-")[2] for notification in self.shown]

    async def notify(self, notification: Notification) -> str:
        self.asked += 1
        if self.fails_with:
            raise self.fails_with
        self.shown.append(notification)
        return "200 OK"
