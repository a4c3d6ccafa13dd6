"""Take in a body of any size without holding more than we mean to keep."""

from fastapi import Request

MAX_BYTES = 10 * 1024 * 1024  # Datadog's largest are far below; the rest of a giant is dropped


async def read_body(request: Request) -> bytes:
    """At most MAX_BYTES of it. A longer one is cut, and so stored as one that cannot be read."""
    parts: list[bytes] = []
    room = MAX_BYTES
    async for part in request.stream():
        if room > 0:
            parts.append(part[:room])
            room -= len(part)
    return b"".join(parts)
