"""A spike that comes every hour crosses the line once, minutes after an innocent deployment."""

from collections.abc import Callable
from datetime import UTC, datetime

from scripts.stories.daily_life import Endpoint, Service, steady
from scripts.stories.scene import Burst, Call, Change, Machine, Scene, deployed, measure, play
from scripts.stories.story import Monitor, Scope, Story
from scripts.stories.voices import LOGBACK, LOGFMT

EXPORT = 60  # minutes between exports, each a minute or two long
EXPORT_LINES = ("export of the hour: {n} rows", "export cursor opened, readers may wait")

TICKETS = Service(
    name="tickets",
    version="5.5.0",
    upgrade=(-7, "5.5.1"),
    hosts=("tickets-1", "tickets-2"),
    endpoints=(Endpoint("GET /tickets/{n}", 30), Endpoint("POST /tickets", 75)),
    warnings=("ticket {n} has no owner", "mail of ticket {n} bounced"),
    chatter=("ticket {n} closed", "sla of ticket {n} recalculated"),
    errors=("attachment of ticket {n} refused: too large",),
    voice=LOGBACK,
)
SEARCH = Service(
    name="ticket-search",
    version="1.30.0",
    hosts=("ticket-search-0",),
    endpoints=(Endpoint("GET /search?q={n}", 25),),
    warnings=("query {hex} matched more than 10000 tickets",),
    voice=LOGFMT,
)
SCENE = Scene(
    services=(TICKETS, SEARCH),
    traces=(
        Call("tickets", "GET /tickets/{id}", 14, (Call("tickets-db", "SELECT tickets", 5),)),
        Call(
            "tickets",
            "POST /tickets",
            30,
            (
                Call("tickets-db", "INSERT tickets", 6),
                Call("ticket-search", "PUT /index", 12),
            ),
        ),
    ),
    bursts=tuple(
        Burst("tickets", "info", EXPORT_LINES, 4, -EXPORT * hour - 2, -EXPORT * hour)
        for hour in range(6)
    ),
    changes=(
        deployed(
            -7,
            "tickets",
            "5.5.1",
            "Rolled out by deploy-bot in 1m40s. 1 commit: a typo in the closing mail.",
            team="support",
        ),
        deployed(
            -33, "ticket-search", "1.30.0", "Rolled out by deploy-bot. 4 commits.", team="support"
        ),
        Change(
            -3,
            "feature_flag",
            "Flag dark-mode turned on for 100% in prod",
            "Changed by a.petrov.",
            ("service:helpdesk-web", "env:prod", "flag:dark-mode"),
        ),
    ),
    machines=(
        Machine(TICKETS.hosts, "java", "tickets", cpu=39),
        Machine(SEARCH.hosts, "elastic", "ticket-search", cpu=90, load=1.7),
    ),
    keywords=("hour", "export", "transient"),
)
MONITOR = Monitor(
    id=22140988,
    name="Tickets: p99 latency",
    type="query alert",
    event_type="query_alert_monitor",
    query="max(last_5m):max:tickets.latency.p99{env:prod,service:tickets} > 2.3",
    metric="tickets.latency.p99",
    message="Tickets load slowly. @webhook-rayne",
    priority="P4",
)


def tell() -> Story:
    story = Story("hourly-flap", datetime(2026, 7, 22, 16, 0, tzinfo=UTC), seed=415)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("tickets", "", "support", ("env:prod", "service:tickets")),
        "max:tickets.latency.p99 over env:prod,service:tickets was > 2.3 at least once during the "
        "last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    tickets = ("service:tickets",)
    measure(story, "tickets.latency.p99", tickets, steady(story, 0.48), _exports(story))
    measure(story, "tickets.requests", tickets, steady(story, 340))
    measure(story, "tickets.errors", tickets, steady(story, 0.7, noise=0.5))


def _exports(story: Story) -> Callable[[int], float]:
    """Every hour for two minutes; the last one a little worse than those before."""

    def value(minute: int) -> float:
        if minute % EXPORT not in (EXPORT - 1, EXPORT - 2):
            return 0.0
        return 2.2 if minute in (-1, -2) else story.random.uniform(1.3, 1.55)

    return value
