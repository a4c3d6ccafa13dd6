"""What services say and measure on any day: the noise that a cause has to be found in."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scripts.stories.story import BASELINE, END, WINDOW, Story


@dataclass(frozen=True)
class Endpoint:
    route: str
    usual_ms: float


@dataclass(frozen=True)
class Service:
    """`warnings` are the routine ones: as many before the trouble as during it."""

    name: str
    version: str
    hosts: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    warnings: tuple[str, ...]
    chatter: tuple[str, ...] = ()
    upgrade: tuple[float, str] | None = None  # from that minute on, that version

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
        story.log(
            at,
            service.name,
            _filled(story, warning),
            "warn",
            host=host,
            version=service.version_at(at),
        )
    elif service.chatter and number % 6 == 3:
        line = service.chatter[number // 6 % len(service.chatter)]
        story.log(at, service.name, _filled(story, line), host=host, version=service.version_at(at))
    else:
        _request_line(story, service, host, at)


def _request_line(story: Story, service: Service, host: str, at: float) -> None:
    endpoint = story.random.choice(service.endpoints)
    took = endpoint.usual_ms * story.random.lognormvariate(0, 0.35)
    story.log(
        at,
        service.name,
        f"{_filled(story, endpoint.route)} 200 {took:.0f}ms",
        host=host,
        version=service.version_at(at),
        http__status_code=200,
        duration=int(took * 1_000_000),
    )


def _filled(story: Story, text: str) -> str:
    """`{n}` becomes a number, a new one each time."""
    while "{n}" in text:
        text = text.replace("{n}", str(story.random.randrange(1000, 99999)), 1)
    return text


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
