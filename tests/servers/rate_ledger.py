"""Writes down what each answer told of its rate limit, and who asked in spite of it."""

import asyncio
from dataclasses import dataclass, field

import httpx


@dataclass(frozen=True)
class Call:
    """Times are the event loop's, in seconds. `resets_after` is what the answer's header says."""

    route: str
    bucket: str
    status: int
    remaining: int
    resets_after: float
    sent_at: float
    answered_at: float

    @property
    def closed_until(self) -> float:
        """Until when this answer asked everybody to stay away."""
        return self.sent_at + self.resets_after if self.remaining == 0 else 0.0


@dataclass
class RateLedger(httpx.AsyncBaseTransport):
    """Passes everything on."""

    inner: httpx.AsyncBaseTransport
    calls: list[Call] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent_at = _now()
        response = await self.inner.handle_async_request(request)
        await response.aread()
        told = response.headers
        self.calls.append(
            Call(
                route=f"{request.method} {request.url.path}",
                bucket=told.get("X-RateLimit-Name", ""),
                status=response.status_code,
                remaining=int(told.get("X-RateLimit-Remaining", "1")),
                resets_after=float(told.get("X-RateLimit-Reset", "0")),
                sent_at=sent_at,
                answered_at=_now(),
            )
        )
        return response

    async def aclose(self) -> None:
        await self.inner.aclose()

    @property
    def refused(self) -> list[Call]:
        return [call for call in self.calls if call.status == httpx.codes.TOO_MANY_REQUESTS]

    def premature(self) -> list[Call]:
        """Calls that were sent although the newest word on their bucket was to wait."""
        return [
            call
            for call in self.calls
            if (word := self._newest_word(call)) and call.sent_at < word.closed_until
        ]

    def _newest_word(self, call: Call) -> Call | None:
        """The answer to the question asked last, of those that had come when `call` was sent."""
        heard = (
            told
            for told in self.calls
            if told.bucket == call.bucket and told.answered_at < call.sent_at
        )
        return max(heard, key=lambda told: told.sent_at, default=None)


def _now() -> float:
    return asyncio.get_running_loop().time()
