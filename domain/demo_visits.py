"""Who visited a shop that does not exist: a week of sessions, and what was done in each."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from pydantic import AwareDatetime

from domain.demo_draws import Draws
from domain.demo_rhythm import by_rhythm
from domain.rum import RESUME_WITHIN, Client, RumEventType, TrackedEvent
from domain.values import Value

SITE = "https://shop.example"
PAGES = (
    ("/", "Home"),
    ("/products", "All products"),
    ("/products/kettle", "Kettle"),
    ("/products/lamp", "Lamp"),
    ("/products/desk", "Desk"),
    ("/products/chair", "Chair"),
    ("/search", "Search"),
    ("/cart", "Your cart"),
    ("/checkout", "Checkout"),
    ("/checkout/thanks", "Thank you"),
    ("/account", "Your account"),
    ("/account/orders", "Your orders"),
    ("/help", "Help"),
    ("/contact", "Contact"),
    ("/about", "About us"),
)
REFERRERS = (
    None,  # typed in, or kept
    "https://www.google.com/",
    "https://www.bing.com/",
    "https://duckduckgo.com/",
    "https://news.ycombinator.com/",
    "https://www.reddit.com/",
    "https://www.linkedin.com/",
)
_ACTIONS = ("add-to-cart", "apply-voucher", "open-menu", "play-video", "subscribe")
_ERRORS = (
    "TypeError: undefined is not an object (evaluating 'cart.items')",
    "Failed to fetch",
    "ChunkLoadError: loading chunk 7 failed",
)


class Browser(NamedTuple):
    user_agent: str
    client: Client


_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
BROWSERS = (
    Browser(
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/126.0.0.0 Safari/537.36",
        Client(device_type="desktop", browser="Chrome", os="Windows"),
    ),
    Browser(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/17.5 Safari/605.1.15",
        Client(device_type="desktop", browser="Safari", os="macOS"),
    ),
    Browser(
        "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
        Client(device_type="desktop", browser="Firefox", os="Linux"),
    ),
    Browser(
        f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {_WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36",
        Client(device_type="mobile", browser="Chrome", os="Android"),
    ),
    Browser(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        Client(device_type="mobile", browser="Safari", os="iOS"),
    ),
    Browser(
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} "
        "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
        Client(device_type="desktop", browser="Edge", os="Windows"),
    ),
)
_RETURNS = 35  # percent of the sessions are of somebody who was there before
_ACTION, _ERROR = 10, 5  # percent of the events; the others are views
_EVENTS = 10  # of a session, at most


class SeededEvent(NamedTuple):
    at: datetime
    event: TrackedEvent


class SeededVisit(Value):
    """One session that is over. `visitor_uuid` has others as well, none within 30 minutes."""

    visitor_uuid: str
    session_id: str
    browser: Browser
    referrer: str | None
    started_at: AwareDatetime
    ended_at: AwareDatetime
    events: tuple[SeededEvent, ...]  # oldest first; the first is a view, at the very start

    @property
    def views(self) -> tuple[TrackedEvent, ...]:
        return tuple(e.event for e in self.events if e.event.event_type is RumEventType.VIEW)


def visits(seed: int, at: datetime, count: int) -> tuple[SeededVisit, ...]:
    """The same for the same three, and the beginning of what a larger count gives."""
    told: list[SeededVisit] = []
    while len(told) < count:
        told.append(_visit(seed, told, at))
    return tuple(told)


def _visit(seed: int, told: list[SeededVisit], at: datetime) -> SeededVisit:
    draws = Draws(seed, "visit", len(told))
    known = draws.pick(told) if told and draws.percent(_RETURNS) else None
    visitor_uuid = known.visitor_uuid if known else _uuid(draws)
    lasted = timedelta(seconds=draws.between(10, 300))
    own = [visit for visit in told if visit.visitor_uuid == visitor_uuid]
    started_at = _free(by_rhythm(draws, latest=at - lasted), own)
    return SeededVisit(
        visitor_uuid=visitor_uuid,
        session_id=_uuid(draws),
        browser=known.browser if known else draws.pick(BROWSERS),
        referrer=draws.pick(REFERRERS),
        started_at=started_at,
        ended_at=started_at + lasted,
        events=_events(draws, started_at, lasted),
    )


def _uuid(draws: Draws) -> str:
    return str(UUID(hex=draws.hexadecimal(32), version=4))


def _free(moment: datetime, own: list[SeededVisit]) -> datetime:
    """The moment, or an earlier one that is far enough from the visitor's other visits."""
    apart = 2 * RESUME_WITHIN
    while any(visit.started_at - apart < moment < visit.ended_at + apart for visit in own):
        moment -= apart
    return moment


def _events(draws: Draws, started_at: datetime, lasted: timedelta) -> tuple[SeededEvent, ...]:
    moments = sorted(draws.below(int(lasted.total_seconds())) for _ in range(draws.below(_EVENTS)))
    path, title = draws.pick(PAGES)
    events = [SeededEvent(started_at, _view(draws, path, title))]
    for seconds in moments:
        kind = draws.below(100)
        if kind >= _ACTION + _ERROR:
            path, title = draws.pick(PAGES)
            event = _view(draws, path, title)
        else:
            event = _incidental(draws, path, title, is_error=kind < _ERROR)
        events.append(SeededEvent(started_at + timedelta(seconds=seconds), event))
    return tuple(events)


def _view(draws: Draws, path: str, title: str) -> TrackedEvent:
    return TrackedEvent(
        event_type=RumEventType.VIEW,
        page_url=f"{SITE}{path}",
        page_title=title,
        duration_ms=draws.between(80, 2_500),  # until it could be used
    )


def _incidental(draws: Draws, path: str, title: str, *, is_error: bool) -> TrackedEvent:
    """What happened on the page that was being looked at."""
    if is_error:
        return TrackedEvent(
            event_type=RumEventType.ERROR,
            page_url=f"{SITE}{path}",
            page_title=title,
            error_message=draws.pick(_ERRORS),
        )
    return TrackedEvent(
        event_type=RumEventType.ACTION,
        page_url=f"{SITE}{path}",
        page_title=title,
        action_name=draws.pick(_ACTIONS),
        action_type="click",
    )
