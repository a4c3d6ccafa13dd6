"""What services say and measure on any day: the noise that a cause has to be found in."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scripts.stories.story import BASELINE, END, WINDOW, Story
from scripts.stories.voices import PLAIN, Voice, filled


@dataclass(frozen=True)
class Endpoint:
    route: str
    usual_ms: float


@dataclass(frozen=True)
class Service:
    """`warnings` and `errors` are the routine ones: as many before the trouble as during it."""

    name: str
    version: str
    hosts: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    warnings: tuple[str, ...]
    chatter: tuple[str, ...] = ()
    upgrade: tuple[float, str] | None = None  # from that minute on, that version
    voice: Voice = PLAIN
    errors: tuple[str, ...] = ()

    def version_at(self, minute: float) -> str:
        if self.upgrade and minute >= self.upgrade[0]:
            return self.upgrade[1]
        return self.version

    def host(self, number: int) -> str:
        return self.hosts[number % len(self.hosts)]


def usual_logs(story: Story, service: Service, *, before: int, during: int) -> None:
    """`before` lines in the baseline and `during` in the window, requests mostly."""
    moments = story.moments(before, BASELINE, WINDOW) + story.moments(during, WINDOW, END)
    for number, at in enumerate(moments):
        _usual_line(story, service, number, at)


def _usual_line(story: Story, service: Service, number: int, at: float) -> None:
    host = service.host(number)
    if number % 12 == 7:
        warning = service.warnings[number // 12 % len(service.warnings)]
        say(story, service, warning, at=at, status="warn", host=host)
    elif service.errors and number % 24 == 17:
        error = service.errors[number // 24 % len(service.errors)]
        say(story, service, error, at=at, status="error", host=host)
    elif service.chatter and number % 6 == 3:
        line = service.chatter[number // 6 % len(service.chatter)]
        say(story, service, line, at=at, status="info", host=host)
    else:
        _request_line(story, service, host, at)


def say(story: Story, service: Service, text: str, *, at: float, status: str, host: str) -> None:
    """One line, in the service's own voice."""
    line = service.voice.line(status, filled(story.random, text), story.random)
    story.log(at, service.name, line, status, host=host, version=service.version_at(at))


def _request_line(story: Story, service: Service, host: str, at: float) -> None:
    endpoint = story.random.choice(service.endpoints)
    took = endpoint.usual_ms * story.random.lognormvariate(0, 0.35)
    route = filled(story.random, endpoint.route)
    story.log(
        at,
        service.name,
        service.voice.request(route, took, story.random),
        host=host,
        version=service.version_at(at),
        http__status_code=200,
        duration=int(took * 1_000_000),
    )


def steady(
    story: Story, level: float, *, noise: float = 0.06, wave: float = 0.1
) -> Callable[[int], float]:
    """Around `level`, with a slow daily wave and some noise; never below zero."""

    def value(minute: int) -> float:
        slow = 1 + wave * math.sin(minute / 180 * math.pi)
        return max(0.0, level * slow * (1 + story.random.gauss(0, noise)))

    return value


def rising(
    story: Story, *, low: float, high: float, starts: float, ramp: float
) -> Callable[[int], float]:
    """Steady at `low`, from `starts` on climbing to `high` within `ramp` minutes."""
    usual = steady(story, low, noise=0.12)

    def value(minute: int) -> float:
        climbed = min(max((minute - starts) / ramp, 0.0), 1.0)
        return usual(minute) + (high - low) * climbed * (1 + story.random.gauss(0, 0.04))

    return value


def whole(value: Callable[[int], float]) -> Callable[[int], float]:
    """For what is counted."""
    return lambda minute: float(round(value(minute)))
