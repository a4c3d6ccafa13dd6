"""Sends deliveries to their webhooks in the background, again where that may help."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import httpx

from dd_lib.sandbox.deliveries import Attempt, Delivery
from dd_lib.sandbox.notifications import Notifier
from dd_lib.sandbox.outgoing import Outgoing, outgoing, values_of
from dd_lib.sandbox.world import World
from domain.errors import InvalidInput

TIMEOUT = timedelta(seconds=15)
LOOK_EVERY = timedelta(seconds=0.5)
RETRY_AFTER = timedelta(seconds=2)


class Courier:
    """Each delivery has its own turn, so that a slow webhook holds up no other."""

    def __init__(
        self,
        world: World,
        notifier: Notifier,
        *,
        retry_after: timedelta = RETRY_AFTER,
        timeout: timedelta = TIMEOUT,
    ) -> None:
        """The wait before a retry begins with `retry_after` and doubles."""
        self._world = world
        self._notifier = notifier
        self._retry_after = retry_after
        self._timeout = timeout
        self._hurry = asyncio.Event()
        self._under_way: set[str] = set()

    def hurry(self) -> None:
        """Notices now what has changed; does not wait until it is sent."""
        self._notifier.look()
        self._hurry.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sends inside the block. What is under way at its end is sent after the next start."""
        client = httpx.AsyncClient(timeout=self._timeout.total_seconds(), trust_env=False)
        async with client:
            work = asyncio.create_task(self._work(client))
            try:
                yield
            finally:
                work.cancel()
                await asyncio.wait({work})
            if not work.cancelled():
                work.result()  # raises what ended it too early

    async def _work(self, client: httpx.AsyncClient) -> None:
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._hurry.clear()
                self._notifier.look()
                for delivery in self._waiting():
                    self._under_way.add(delivery.id)
                    tasks.create_task(self._carry(client, delivery.id))
                await self._pass_time()

    async def _pass_time(self) -> None:
        # Not wait_for: of a hurry and a cancellation at once it forgets the cancellation.
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                await self._hurry.wait()

    def _waiting(self) -> list[Delivery]:
        return [
            delivery
            for delivery in self._world.deliveries.values()
            if delivery.state == "pending" and delivery.id not in self._under_way
        ]

    async def _carry(self, client: httpx.AsyncClient, id: str) -> None:
        """Until it is delivered, refused or given up, or the world forgot it."""
        try:
            while (delivery := self._world.deliveries.get(id)) and delivery.state == "pending":
                if delivery.attempts:
                    await asyncio.sleep(self._pause(len(delivery.attempts)))
                attempt = await self._attempt(client, delivery)
                if id in self._world.deliveries:
                    self._world.put_delivery(delivery.after(attempt))
        finally:
            self._under_way.discard(id)

    def _pause(self, attempts: int) -> float:
        return self._retry_after.total_seconds() * 2.0 ** (attempts - 1)

    async def _attempt(self, client: httpx.AsyncClient, delivery: Delivery) -> Attempt:
        at = self._world.clock()
        try:
            sent = self._outgoing(delivery)
            async with asyncio.timeout(self._timeout.total_seconds()):
                return Attempt(at=at, status=await _post(client, sent))
        except InvalidInput as error:
            return Attempt(at=at, problem=str(error), is_final=True)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return Attempt(at=at, problem=type(error).__name__)  # its text may hold a secret

    def _outgoing(self, delivery: Delivery) -> Outgoing:
        """As the webhook is by now. Raises InvalidInput for one that is gone or cannot be sent."""
        webhook = self._world.kept("webhooks").get(delivery.webhook)
        if webhook is None:
            raise InvalidInput("the webhook does not exist any more")
        return outgoing(webhook, values_of(self._world.kept("variables")) | delivery.variables)


async def _post(client: httpx.AsyncClient, sent: Outgoing) -> int:
    """The answer's status; nobody reads its body."""
    headers = [(name.encode(), value.encode()) for name, value in sent.headers.items()]
    content = sent.body.encode()
    async with client.stream("POST", sent.url, headers=headers, content=content) as answer:
        return answer.status_code
