"""A story told by declarations: who calls whom, who says what, what goes wrong when.

Times are minutes from the alert, as everywhere in these stories.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scripts.stories.daily_life import Service, say, usual_logs
from scripts.stories.story import END, Story

ENV = "env:prod"
TRACED = -110.0  # minutes: sampled traces are kept for less long than metrics


@dataclass(frozen=True)
class Call:
    """One span of a trace. It fails with its own calls, but for those that it can do without."""

    service: str
    resource: str
    own_ms: float
    calls: tuple["Call", ...] = ()
    does_without: tuple[str, ...] = ()  # services


@dataclass(frozen=True)
class Trouble:
    """What befalls a service's spans between two moments; a blank resource or host means all."""

    service: str
    starts: float
    ends: float = END
    adds_ms: float = 0.0
    fails: float = 0.0  # share of its spans
    calls: int = 1  # instead of each one: a caller that tries again
    resource: str = ""
    host: str = ""

    def hits(self, call: Call, host: str, at: float) -> bool:
        return (
            call.service == self.service
            and self.starts <= at <= self.ends
            and self.resource in ("", call.resource)
            and self.host in ("", host)
        )


@dataclass(frozen=True)
class Burst:
    """Lines that come of the trouble, or of something that only looks like it."""

    service: str
    status: str
    lines: tuple[str, ...]
    count: int
    starts: float
    ends: float = END
    hosts: tuple[str, ...] = ()  # the service's own, if blank


@dataclass(frozen=True)
class Change:
    """`part` is "culprit", "decoy", or "" for what belongs to neither."""

    at: float
    source: str
    title: str
    text: str
    tags: tuple[str, ...]
    part: str = "decoy"


@dataclass(frozen=True)
class Machine:
    """Hosts alike: percent, percent, normalised load."""

    names: tuple[str, ...]
    app: str
    service: str
    cpu: float
    iowait: float = 0.4
    load: float = 0.5


@dataclass(frozen=True)
class Scene:
    services: tuple[Service, ...]
    traces: tuple[Call, ...]
    changes: tuple[Change, ...]
    machines: tuple[Machine, ...]
    bursts: tuple[Burst, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    first_failing: str = ""
    keywords: tuple[str, ...] = ()
    rush: float = END  # from then on five requests come where one came before


def play(story: Story, scene: Scene) -> None:
    """All but metrics and the alert itself."""
    for service in scene.services:
        usual_logs(story, service, before=60, during=45)
    voices = {service.name: service for service in scene.services}
    for burst in scene.bursts:
        _say_all(story, voices[burst.service], burst)
    for call in scene.traces:
        for number, at in enumerate(_request_times(story, scene)):
            _trace(story, scene, voices, call, (at, number))
    _expect(story, scene)
    for machine in scene.machines:
        _stand_up(story, machine)


def measure(
    story: Story, name: str, tags: tuple[str, ...], *shapes: Callable[[int], float]
) -> None:
    """One series: the sum of its shapes, never below zero."""
    story.metric(
        name, (ENV, *tags), lambda minute: max(0.0, sum(shape(minute) for shape in shapes))
    )


def deployed(
    at: float, service: str, version: str, text: str, *, team: str, part: str = "decoy"
) -> Change:
    """As the deployment bot reports one when it is done."""
    tags = (f"service:{service}", ENV, f"version:{version}", f"team:{team}")
    return Change(at, "deployment", f"Deployed {service} {version} to prod", text, tags, part)


def _say_all(story: Story, service: Service, burst: Burst) -> None:
    hosts = burst.hosts or service.hosts
    for number, at in enumerate(story.moments(burst.count, burst.starts, burst.ends)):
        text, host = burst.lines[number % len(burst.lines)], hosts[number % len(hosts)]
        say(story, service, text, at=at, status=burst.status, host=host)


def _request_times(story: Story, scene: Scene) -> list[float]:
    """Evenly, so that sampling looks like no change of traffic."""
    usual = story.moments(96, TRACED, END)
    return usual + [at for _ in range(4) for at in usual if at >= scene.rush]


def _trace(
    story: Story,
    scene: Scene,
    services: Mapping[str, Service],
    call: Call,
    when: tuple[float, int],
) -> None:
    trace_id = story.number()
    _span(story, scene, services, call, (*when, trace_id, None))


def _span(
    story: Story,
    scene: Scene,
    services: Mapping[str, Service],
    call: Call,
    place: tuple[float, int, str, str | None],
) -> tuple[float, bool]:
    """Tells a span and those below it; how long it took and whether it failed."""
    at, number, trace_id, parent = place
    service = services.get(call.service)
    host = service.host(number) if service else f"{call.service}-1"
    span_id, took = story.number(), call.own_ms * story.random.lognormvariate(0, 0.25)
    failed = False
    for trouble in scene.troubles:
        if trouble.hits(call, host, at):
            took += trouble.adds_ms * story.random.uniform(0.8, 1.2)
            failed = failed or story.random.random() < trouble.fails
    for inner in _calls_of(call, scene, at):
        below = (at + took / 120_000, number, trace_id, span_id)
        inner_ms, inner_failed = _span(story, scene, services, inner, below)
        took += inner_ms
        failed = failed or (inner_failed and inner.service not in call.does_without)
    story.span(
        at, call.service, call.resource, took,
        trace_id=trace_id, span_id=span_id, parent_id=parent, host=host, error=failed,
        version=service.version_at(at) if service else "",
    )  # fmt: skip
    return took, failed


def _calls_of(call: Call, scene: Scene, at: float) -> list[Call]:
    return [
        inner
        for inner in call.calls
        for _ in range(max((t.calls for t in scene.troubles if t.hits(inner, "", at)), default=1))
    ]


def _expect(story: Story, scene: Scene) -> None:
    parts: dict[str, list[str]] = {"culprit": [], "decoy": [], "": []}
    for change in scene.changes:
        told = story.event(change.at, change.source, change.title, change.text, *change.tags)
        parts[change.part].append(told)
    story.expected = {
        "culprit_change": parts["culprit"][0] if parts["culprit"] else "none",
        "first_failing_service": scene.first_failing,
        "decoy_changes": parts["decoy"],
        "keywords": list(scene.keywords),
    }


def _stand_up(story: Story, machine: Machine) -> None:
    for name in machine.names:
        jitter = story.random.uniform(0.97, 1.03)
        story.host(
            name, ["agent", machine.app], [ENV, f"service:{machine.service}"],
            cpu=round(machine.cpu * jitter, 1), iowait=machine.iowait, load=machine.load,
        )  # fmt: skip
