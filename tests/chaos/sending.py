"""Sends a storm as Datadog would: each delivery until it is answered, some of them twice."""

import asyncio
from dataclasses import dataclass, field
from hashlib import md5
from time import monotonic

import httpx

from tests.chaos.bodies import Body, Writer
from tests.chaos.plan import Posting, Storm, Story
from tests.chaos.stage import Stage
from tests.chaos.watching import is_resolved

AT_ONCE = 1.0  # seconds: a redelivery that comes sooner is sent beside its first
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0  # seconds between two tries
PATIENCE = 300  # seconds
HEALED_WITHIN = 900  # seconds: a relapse waits until its root was analysed, and analyses queue
ABREAST = 64  # requests at the same time; more would measure our own queue


@dataclass(frozen=True)
class Answer:
    """A 2xx. `digest` is of the body that was sent."""

    posting: int
    story: int | None
    event_id: int
    digest: str
    at: float  # seconds since the storm began
    seconds: float  # that the answer took


@dataclass
class Sent:
    """What became of every delivery."""

    answers: list[Answer] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # by a 4xx
    unanswered: list[str] = field(default_factory=list)
    tries: int = 0

    def events_of(self, story: Story) -> set[int]:
        return {answer.event_id for answer in self.answers if answer.story == story.number}


class Sender:
    def __init__(self, stage: Stage, storm: Storm, writer: Writer) -> None:
        self._stage = stage
        self._storm = storm
        self._writer = writer
        self._abreast = asyncio.Semaphore(ABREAST)
        self._began = monotonic()
        self.sent = Sent()

    @property
    def now(self) -> float:
        """Seconds since the storm began."""
        return monotonic() - self._began

    async def until(self, moment: float) -> None:
        await asyncio.sleep(max(moment - self.now, 0))

    async def run(self) -> None:
        """Returns when everything was answered or given up."""
        async with asyncio.TaskGroup() as self._later:
            for posting in self._storm.unreadable:
                self._later.create_task(self._post(None, posting))
            for story in self._storm.stories:
                self._later.create_task(self._tell(story))

    async def _tell(self, story: Story) -> None:
        if story.is_relapse and not await self._root_is_over(story):
            self.sent.unanswered.append(f"story {story.number}: its root was not resolved in time")
            return
        await self._post(story, story.opening)
        await asyncio.gather(*(self._post(story, posting) for posting in story.crowd))
        await asyncio.gather(*(self._post(story, posting) for posting in story.closing))

    async def _root_is_over(self, story: Story) -> bool:
        """Every delivery of it was answered, and its incident is resolved."""
        root = self._storm.stories[story.root]
        last = {posting.number for posting in root.closing}
        await self.until(story.opening.sent_at)
        patience = self.now + HEALED_WITHIN
        while self.now < patience:
            answered = {answer.posting for answer in self.sent.answers}
            if last <= answered and await is_resolved(self._stage, self.sent.events_of(root)):
                return True
            await asyncio.sleep(AT_ONCE)
        return False

    async def _post(self, story: Story | None, posting: Posting) -> None:
        await self.until(posting.sent_at)
        body = self._writer.body(story, posting)
        again_at = self._storm.again.get(posting.number)
        beside = again_at is not None and again_at - posting.sent_at < AT_ONCE
        copies = 2 if beside else 1
        await asyncio.gather(*(self._deliver(story, posting, body) for _ in range(copies)))
        if again_at is not None and not beside:
            self._later.create_task(self._post_again(story, posting, body, again_at))

    async def _post_again(
        self, story: Story | None, posting: Posting, body: Body, moment: float
    ) -> None:
        await self.until(moment)
        await self._deliver(story, posting, body)

    async def _deliver(self, story: Story | None, posting: Posting, body: Body) -> None:
        pause, patience = FIRST_PAUSE, self.now + PATIENCE
        while self.now < patience:
            async with self._abreast:
                asked_at = self.now
                reply = await self._try(body)
            if reply is not None and reply.is_success:
                self._note(story, posting, body, asked_at, reply)
                return
            if reply is not None and reply.is_client_error:
                self.sent.refused.append(f"delivery {posting.number}: {reply.status_code}")
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self.sent.unanswered.append(f"delivery {posting.number}: no answer in {PATIENCE} s")

    async def _try(self, body: Body) -> httpx.Response | None:
        raw, content_type = body
        self.sent.tries += 1
        headers = {"content-type": content_type} if content_type else {}
        try:
            return await self._stage.api.post("/v1/webhooks/receive", content=raw, headers=headers)
        except httpx.TransportError:
            return None  # it was killed, perhaps after it had stored the delivery

    def _note(
        self,
        story: Story | None,
        posting: Posting,
        body: Body,
        asked_at: float,
        reply: httpx.Response,
    ) -> None:
        self.sent.answers.append(
            Answer(
                posting=posting.number,
                story=story.number if story else None,
                event_id=reply.json()["event_id"],
                digest=md5(body[0], usedforsecurity=False).hexdigest(),
                at=asked_at,
                seconds=self.now - asked_at,
            )
        )
