"""A configuration push shrinks a connection pool; the caller of that service alerts."""

from datetime import UTC, datetime

from scripts.stories.daily_life import Endpoint, Service, rising, steady
from scripts.stories.scene import (
    Burst,
    Call,
    Change,
    Machine,
    Scene,
    Trouble,
    deployed,
    measure,
    play,
)
from scripts.stories.story import Monitor, Scope, Story
from scripts.stories.voices import LOGBACK, PINO, POSTGRES

PUSHED = -21.0
STARVED = -9.5  # the noon peak needs more connections than are left

PORTAL = Service(
    name="guest-portal",
    version="3.8.0",
    upgrade=(-33, "3.8.1"),
    hosts=("guest-portal-5d-1", "guest-portal-5d-2"),
    endpoints=(Endpoint("GET /rooms?night={n}", 120), Endpoint("POST /stays", 210)),
    warnings=("translation missing for key room.view.{small}", "slow render of /rooms"),
    errors=("image proxy answered 404 for /i/{n}.jpg",),
    voice=PINO,
)
BOOKING = Service(
    name="booking",
    version="11.4.3",
    hosts=("booking-v11-a", "booking-v11-b", "booking-v11-c"),
    endpoints=(Endpoint("GET /availability/{n}", 45), Endpoint("POST /bookings", 95)),
    warnings=("rate plan {n} has no cancellation terms", "availability cache older than 60 s"),
    chatter=("booking {n} held for 15 minutes", "hold {n} released"),
    errors=("loyalty lookup for guest {n} failed, booking goes on without points",),
    voice=LOGBACK,
)
DATABASE = Service(
    name="booking-db",
    version="16.2",
    hosts=("booking-db-1",),
    endpoints=(Endpoint("SELECT night, free FROM inventory WHERE hotel = {n}", 3),),
    warnings=("could not receive data from client: Connection reset by peer",),
    chatter=("checkpoint complete: wrote {n} buffers",),
    voice=POSTGRES,
)
SCENE = Scene(
    services=(PORTAL, BOOKING, DATABASE),
    traces=(
        Call(
            "guest-portal",
            "GET /rooms",
            40,
            (
                Call(
                    "booking",
                    "GET /availability/{hotel}",
                    18,
                    (Call("booking-db", "SELECT inventory", 3),),
                ),
            ),
        ),
        Call(
            "guest-portal",
            "POST /stays",
            55,
            (
                Call(
                    "booking",
                    "POST /bookings",
                    30,
                    (
                        Call("booking-db", "INSERT bookings", 5),
                        Call("loyalty", "GET /members/{id}", 22),
                    ),
                    does_without=("loyalty",),
                ),
            ),
        ),
    ),
    troubles=(Trouble("booking", STARVED, adds_ms=9000, fails=0.5),),
    bursts=(
        Burst(
            "booking",
            "error",
            (
                (
                    "c.z.h.p.HikariPool - HikariPool-1 - Connection is not available, request "
                    "timed out "
                    "after 10000ms (total=4, active=4, idle=0, waiting={small})"
                ),
                (
                    "o.s.t.CannotCreateTransactionException: Could not open JPA EntityManager for "
                    "transaction"
                ),
            ),
            60,
            STARVED,
        ),
        Burst(
            "guest-portal",
            "error",
            (
                "GET http://booking/availability/{n} ESOCKETTIMEDOUT after 8000 ms",
                "rooms page rendered without availability",
            ),
            50,
            STARVED + 1.2,
        ),
        Burst(
            "booking-db",
            "info",
            ("disconnection: session time: 0:30:{small} user=booking database=booking",),
            8,
            PUSHED,
            PUSHED + 4,
        ),
    ),
    changes=(
        deployed(
            -33, "guest-portal", "3.8.1", "Rolled out in 2m. New footer, new icons.", team="guest"
        ),
        Change(
            PUSHED,
            "configuration",
            "ConfigMap booking-runtime changed in prod (revision 58)",
            "Applied by tf-runner. 3 keys: log.format=json, spring.datasource.maximum-pool-size "
            "40 -> 4, metrics.step=30s. Pods restarted one by one.",
            ("service:booking", "env:prod", "configmap:booking-runtime"),
            part="culprit",
        ),
        Change(
            -12,
            "github",
            "Merged #2207 into main: clean up seed data of the test database",
            "acme/booking: 2 files changed under src/test.",
            ("service:booking", "repository:acme/booking"),
        ),
        deployed(
            -6, "loyalty", "2.19.0", "Rolled out by deploy-bot in 1m12s. 2 commits.", team="crm"
        ),
    ),
    machines=(
        Machine(PORTAL.hosts, "node", "guest-portal", cpu=26),
        Machine(BOOKING.hosts, "java", "booking", cpu=14),
        Machine(DATABASE.hosts, "postgres", "booking-db", cpu=71, iowait=3.1, load=0.8),
    ),
    first_failing="booking",
    keywords=("HikariPool", "maximum-pool-size", "pool"),
)
MONITOR = Monitor(
    id=20451177,
    name="Guest portal: pages slower than 6 s",
    type="query alert",
    event_type="query_alert_monitor",
    query="avg(last_5m):avg:trace.express.request.p95{env:prod,service:guest-portal} > 6",
    metric="trace.express.request.p95",
    message="Guests wait for rooms. @webhook-rayne @slack-guest",
)


def tell() -> Story:
    story = Story("pool-too-small", datetime(2026, 3, 4, 12, 6, tzinfo=UTC), seed=402)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("guest-portal", "", "guest", ("env:prod", "service:guest-portal")),
        "avg:trace.express.request.p95 over env:prod,service:guest-portal was > 6 on average "
        "during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    portal, booking = ("service:guest-portal",), ("service:booking",)
    slow = rising(story, low=0.42, high=8.4, starts=STARVED + 1.5, ramp=6)
    measure(story, "trace.express.request.p95", portal, slow)
    measure(story, "trace.express.request.hits", portal, steady(story, 510, wave=0.3))
    waiting = rising(story, low=0.1, high=27, starts=STARVED, ramp=5)
    measure(story, "hikaricp.connections.pending", booking, waiting)
    open_connections = rising(story, low=38, high=4, starts=PUSHED, ramp=4)
    measure(story, "hikaricp.connections", booking, open_connections)
    measure(story, "postgresql.percent_usage_connections", ("service:booking-db",),
            steady(story, 0.31))  # fmt: skip
