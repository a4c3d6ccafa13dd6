"""Take in a body of any size without holding more than we mean to keep."""

from fastapi import Request
from pydantic import BaseModel, model_validator

MAX_BYTES = 10 * 1024 * 1024  # Datadog's largest are far below; the rest of a giant is dropped


class AsEver(BaseModel):
    """A body whose names may be in any case, and where null is as good as nothing."""

    @model_validator(mode="before")
    @classmethod
    def _as_ever(cls, given: object) -> object:
        return as_ever(given)


async def read_body(request: Request) -> bytes:
    """At most MAX_BYTES of it. A longer one is cut, and so stored as one that cannot be read."""
    parts: list[bytes] = []
    room = MAX_BYTES
    async for part in request.stream():
        if room > 0:
            parts.append(part[:room])
            room -= len(part)
    return b"".join(parts)


def as_ever(given: object) -> object:
    """A JSON object as the first Rayne read it: names in any case, null as if it were absent."""
    if not isinstance(given, dict):
        return given
    return {str(name).lower(): value for name, value in given.items() if value is not None}
