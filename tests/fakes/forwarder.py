"""Where deliveries are handed on, in memory."""

from domain.errors import RayneError


class FakeForwarder:
    """Remembers what it was given to hand on: (url, body, content type, event id)."""

    def __init__(self, *, fails_with: RayneError | None = None) -> None:
        self.fails_with = fails_with
        self.forwarded: list[tuple[str, bytes, str, int]] = []

    async def forward(self, url: str, body: bytes, content_type: str, event_id: int) -> None:
        self.forwarded.append((url, body, content_type, event_id))
        if self.fails_with:
            raise self.fails_with
