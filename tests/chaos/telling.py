"""Tells the stories of a storm: which alerts, in which order, with which recoveries too early."""

from collections.abc import Iterator
from itertools import count
from random import Random

from tests.chaos.plan import REDELIVERED, Outage, Posting, Storm, Story, Wanted, kills, redeliveries

UNREADABLE = 0.05  # of the deliveries
RELAPSES = 0.2  # of the stories
UNRECOVERED = 0.1
MUTED = 0.15
BY_MONITOR = 0.2
REMINDERS = ("Renotify", "Re-Triggered")
MOST_REMINDERS = 3
LATE = 0.3  # of the deliveries, so that recoveries overtake what they end
LATEST = 6.0  # seconds
MUTED_FOR = 20.0  # seconds that the first alert of a muted story goes on after all others
# Of the storm's length: when stories begin, and how long they go on.
BEGIN, RELAPSE, LASTS = (0.0, 0.6), (0.6, 0.7), 0.25


def plan(wanted: Wanted) -> Storm:
    dice = Random(wanted.seed)  # noqa: S311 -- repeatable on purpose, not secret
    distinct = round(wanted.deliveries / (1 + REDELIVERED))
    noise = round(distinct * UNREADABLE)
    teller = _Teller(wanted, dice)
    stories = tuple(teller.tell(distinct - noise))
    unreadable = tuple(teller.post(dice.uniform(0, wanted.length)) for _ in range(noise))
    outage = Outage(at=wanted.length * 0.4, length=wanted.outage)
    postings = [*unreadable, *(p for story in stories for p in story.postings)]
    again = redeliveries(wanted, dice, postings)
    return Storm(wanted, stories, unreadable, again, kills(wanted, outage, dice), outage)


class _Teller:
    def __init__(self, wanted: Wanted, dice: Random) -> None:
        self._wanted = wanted
        self._dice = dice
        self._numbers = count()

    def tell(self, postings: int) -> Iterator[Story]:
        """So many stories with so many postings together; the relapses last."""
        stories = self._wanted.stories
        relapses = round(stories * RELAPSES)
        healed = []
        for number in range(stories - relapses):
            story = self._root(number, _share(number, stories, postings))
            healed += [story] if story.recovers else []
            yield story
        roots = self._dice.sample(healed, relapses)
        for number, root in enumerate(roots, start=stories - relapses):
            yield self._relapse(number, root, _share(number, stories, postings))

    def post(
        self, at: float, episode: int = 0, transition: str = "", *, late: float = 0
    ) -> Posting:
        return Posting(next(self._numbers), at + late, at, episode, transition)

    def _root(self, number: int, size: int) -> Story:
        recovers = self._dice.random() >= UNRECOVERED
        is_muted = recovers and self._dice.random() < MUTED
        by_monitor = self._dice.random() < BY_MONITOR
        begin = self._dice.uniform(*BEGIN) * self._wanted.length
        parts = self._parts(begin, size, recovers=recovers, is_muted=is_muted)
        return Story(number, number, by_monitor, is_muted, *parts)

    def _relapse(self, number: int, root: Story, size: int) -> Story:
        begin = self._dice.uniform(*RELAPSE) * self._wanted.length
        parts = self._parts(begin, size, recovers=True, is_muted=root.is_muted)
        return Story(number, root.number, root.is_by_monitor, root.is_muted, *parts)

    def _parts(
        self, begin: float, size: int, *, recovers: bool, is_muted: bool
    ) -> tuple[Posting, tuple[Posting, ...], tuple[Posting, ...]]:
        """The first episode lasts from the first alert to the last: it keeps the incident open."""
        end = begin + LASTS * self._wanted.length
        opening = self.post(begin, 0, "Triggered")
        crowd = tuple(self._crowd(begin, end, size - 1 - recovers))
        over = end + LATEST + (MUTED_FOR if is_muted else 0)
        closing = (self.post(over, 0, "Recovered"),) if recovers else ()
        return opening, crowd, closing

    def _crowd(self, begin: float, end: float, room: int) -> Iterator[Posting]:
        episode = 1
        while room >= 2:  # an alert and its recovery
            words = self._words(room)
            moments = sorted(self._dice.uniform(begin, end) for _ in words)
            for at, word in zip(moments, words, strict=True):
                yield self.post(at, episode, word, late=self._lateness())
            room -= len(words)
            episode += 1
        for _ in range(room):
            yield self.post(self._dice.uniform(begin, end), 0, "Renotify")

    def _words(self, room: int) -> list[str]:
        reminders = min(self._dice.randint(0, MOST_REMINDERS), room - 2)
        return ["Triggered", *self._dice.choices(REMINDERS, k=reminders), "Recovered"]

    def _lateness(self) -> float:
        return self._dice.uniform(0, LATEST) if self._dice.random() < LATE else 0


def _share(number: int, shares: int, whole: int) -> int:
    """Equal shares that add up to the whole."""
    return whole * (number + 1) // shares - whole * number // shares
