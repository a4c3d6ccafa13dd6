"""What alerts and when: a week of a shop's trouble, story by story."""

from datetime import datetime, timedelta
from typing import NamedTuple

from domain.alerts import AlertStatus, Transition
from domain.demo_draws import Draws
from domain.demo_monitors import DemoMonitor, demo_monitors
from domain.demo_rhythm import by_rhythm

LIVE = 2  # stories that are happening now: each becomes an analysis
MONITORS = 20  # as many take part as `/v1/demo/monitors` shows by itself
QUIET = timedelta(hours=1)  # between two stories of one group, or grouping would make them one

_ENDED_BEFORE = timedelta(hours=2)  # the present belongs to what is live
_LONGEST = timedelta(minutes=140)  # of a story: a second episode begins 20 minutes in, at most
_SECOND_EPISODE = 30  # percent
_OPENINGS = (Transition.TRIGGERED, Transition.WARN, Transition.NO_DATA)
_OPENING_WEIGHTS = (70, 18, 12)

_REMINDERS = {Transition.NO_DATA: Transition.RE_NO_DATA}  # the others' do not say of which state
_STATES = {
    Transition.TRIGGERED: AlertStatus.ALERT,
    Transition.WARN: AlertStatus.WARN,
    Transition.NO_DATA: AlertStatus.NO_DATA,
    Transition.RE_NO_DATA: AlertStatus.NO_DATA,
    Transition.RECOVERED: AlertStatus.OK,
}


class Moment(NamedTuple):
    """One state change of one host under one monitor."""

    monitor: DemoMonitor
    host: str
    episode: int  # within the story, from 0
    transition: Transition
    status: AlertStatus
    happened_at: datetime


class Story(NamedTuple):
    """What one incident is made of, oldest first."""

    name: str  # unique under its seed
    is_live: bool
    moments: tuple[Moment, ...]


def stories(seed: int, at: datetime, count: int, *, live: int = LIVE) -> tuple[Story, ...]:
    """The seed's first stories that have `count` moments together, as seen at `at`.

    The `live` ones come first. A larger count continues what a smaller one began: the last story
    may be cut before its end.
    """
    monitors = demo_monitors(seed, MONITORS)
    now: list[Story] = []
    while len(now) < min(live, count):
        now.append(_live(seed, monitors, now, at))
    past: list[Story] = []
    left = count - len(now)
    while left > 0:
        story = _past(seed, monitors, past, at)
        past.append(story._replace(moments=story.moments[:left]))
        left -= len(story.moments)
    return (*now, *past)


def _live(seed: int, monitors: tuple[DemoMonitor, ...], told: list[Story], at: datetime) -> Story:
    """Each of another service, so that each is an incident of its own."""
    taken = {story.moments[0].monitor.service for story in told}
    draws = Draws(seed, "live", len(told))
    monitor = draws.pick([monitor for monitor in monitors if monitor.service not in taken])
    since = at - timedelta(seconds=draws.between(20, 90))
    moment = _moment(monitor, draws.pick(monitor.hosts), 0, Transition.TRIGGERED, since)
    return Story(f"live-{len(told)}", is_live=True, moments=(moment,))


def _past(seed: int, monitors: tuple[DemoMonitor, ...], told: list[Story], at: datetime) -> Story:
    name = f"past-{len(told)}"
    draws = Draws(seed, name)
    monitor = draws.pick(monitors)
    latest = at - _ENDED_BEFORE - _LONGEST
    started_at = _free(by_rhythm(draws, latest=latest), monitor, told)
    moments = _episode(draws, monitor, 0, started_at)
    others = [m for m in monitors if m.service == monitor.service and m.id != monitor.id]
    if others and draws.percent(_SECOND_EPISODE):
        later = started_at + timedelta(seconds=draws.between(60, 20 * 60))
        moments += _episode(draws, draws.pick(others), 1, later)
    in_order = sorted(moments, key=lambda moment: moment.happened_at)
    return Story(name, is_live=False, moments=tuple(in_order))


def _free(moment: datetime, monitor: DemoMonitor, told: list[Story]) -> datetime:
    """The moment, or an earlier one at which nothing of the monitor's group happens."""
    own = [story for story in told if story.moments[0].monitor.service == monitor.service]
    while any(_overlaps(moment, story) for story in own):
        moment -= QUIET
    return moment


def _overlaps(moment: datetime, story: Story) -> bool:
    began = story.moments[0].happened_at
    return began - _LONGEST - QUIET < moment < story.moments[-1].happened_at + QUIET


def _episode(
    draws: Draws, monitor: DemoMonitor, episode: int, started_at: datetime
) -> list[Moment]:
    """From its first word to its recovery; a long one is said again on the way."""
    host = draws.pick(monitor.hosts)
    opening = _OPENINGS[draws.weighted(_OPENING_WEIGHTS)]
    lasted = timedelta(seconds=draws.between(4 * 60, 110 * 60))
    words = [(opening, started_at), (Transition.RECOVERED, started_at + lasted)]
    if opening is Transition.WARN and draws.percent(50):
        words.append((Transition.TRIGGERED, started_at + lasted / 4))
    if lasted > QUIET:
        words.append((_REMINDERS.get(opening, Transition.RENOTIFY), started_at + lasted / 2))
    in_order = sorted(words, key=lambda word: word[1])
    return _with_states(monitor, host, episode, in_order)


def _with_states(
    monitor: DemoMonitor, host: str, episode: int, words: list[tuple[Transition, datetime]]
) -> list[Moment]:
    """What does not say of which state it is, is of the one before it."""
    moments: list[Moment] = []
    for transition, when in words:
        moment = _moment(monitor, host, episode, transition, when)
        if transition is Transition.RENOTIFY:
            moment = moment._replace(status=moments[-1].status)
        moments.append(moment)
    return moments


def _moment(
    monitor: DemoMonitor, host: str, episode: int, transition: Transition, when: datetime
) -> Moment:
    # Datadog's clock has milliseconds.
    exact = when.replace(microsecond=when.microsecond // 1000 * 1000)
    status = _STATES.get(transition, AlertStatus.ALERT)
    return Moment(monitor, host, episode, transition, status, exact)
