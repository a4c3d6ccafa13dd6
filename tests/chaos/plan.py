"""What a storm sends, whom it kills, and what must have come of it. One seed makes it all again."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

Victim = Literal["api", "worker", "temporal", "postgres"]
VICTIMS: tuple[Victim, ...] = ("api", "worker", "temporal", "postgres")

MOST_ANALYSES = 4  # at once in one worker
REDELIVERED = 0.10  # of the deliveries
AGAIN_WITHIN = 5.0  # seconds
LONGEST_AWAY = 1.5  # seconds that a killed process stays away
FIRST_KILL, LAST_KILL = 0.05, 1.2  # of the storm's length: some come when it has passed


@dataclass(frozen=True)
class Posting:
    """One delivery. Times are seconds since the storm began, at the earliest."""

    number: int
    sent_at: float
    happened_at: float
    episode: int = 0  # of its story
    transition: str = ""  # "" of a body that cannot be read


@dataclass(frozen=True)
class Story:
    """What must become one incident: its first alert, what follows, and then its recovery."""

    number: int
    root: int  # the story whose monitors and service these are: itself, or the one that it follows
    is_by_monitor: bool  # names no service
    is_muted: bool
    opening: Posting
    crowd: tuple[Posting, ...]  # in any order, after the opening was answered
    closing: tuple[Posting, ...]  # after all others were answered

    @property
    def postings(self) -> tuple[Posting, ...]:
        return (self.opening, *self.crowd, *self.closing)

    @property
    def recovers(self) -> bool:
        return bool(self.closing)

    @property
    def is_relapse(self) -> bool:
        """Sent once its root's incident was resolved."""
        return self.root != self.number

    @property
    def mutings(self) -> int:
        """How many downtimes it asks for: one for each episode."""
        return len({posting.episode for posting in self.postings}) if self.is_muted else 0


@dataclass(frozen=True)
class Kill:
    at: float
    victim: Victim
    away: float  # seconds before it is started again


@dataclass(frozen=True)
class Outage:
    """Of Temporal, as a whole."""

    at: float
    length: float

    def covers(self, moment: float) -> bool:
        return self.at <= moment < self.at + self.length


@dataclass(frozen=True)
class Wanted:
    seed: int
    deliveries: int = 1_000
    kills: int = 6
    stories: int = 30
    length: float = 60  # seconds over which deliveries are sent
    outage: float = 10  # seconds
    turns: int = 0  # of a scripted model in each analysis; 0: the rules analyst writes


@dataclass(frozen=True)
class Storm:
    wanted: Wanted
    stories: tuple[Story, ...]
    unreadable: tuple[Posting, ...]
    again: Mapping[int, float]  # a posting's number -> when it is sent a second time
    kills: tuple[Kill, ...]
    outage: Outage

    @property
    def turns_in_flight(self) -> int:
        """So many may be lost with the workers that are killed while the model thinks."""
        return MOST_ANALYSES * sum(kill.victim == "worker" for kill in self.kills)

    @property
    def postings(self) -> list[Posting]:
        """Each once."""
        return [*self.unreadable, *(p for story in self.stories for p in story.postings)]


def redeliveries(wanted: Wanted, dice: Random, postings: list[Posting]) -> dict[int, float]:
    chosen = dice.sample(postings, wanted.deliveries - len(postings))
    return {one.number: one.sent_at + dice.uniform(0, AGAIN_WITHIN) for one in chosen}


def kills(wanted: Wanted, outage: Outage, dice: Random) -> tuple[Kill, ...]:
    """Each process in turn, at times by chance; none while Temporal is out, for that is measured
    for itself.
    """
    order = list(VICTIMS) * (wanted.kills // len(VICTIMS) + 1)
    moments = sorted(_moment(wanted, outage, dice) for _ in range(wanted.kills))
    victims = dice.sample(order[: wanted.kills], wanted.kills)
    return tuple(
        Kill(at, victim, dice.uniform(0, LONGEST_AWAY))
        for at, victim in zip(moments, victims, strict=True)
    )


def _moment(wanted: Wanted, outage: Outage, dice: Random) -> float:
    while True:
        moment = dice.uniform(wanted.length * FIRST_KILL, wanted.length * LAST_KILL)
        if not outage.covers(moment):
            return moment
