"""A setting halves a cache's heap; it collects garbage for seconds, and two hops up pages wait."""

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
from scripts.stories.voices import LOGBACK, PINO, UVICORN

SET = -18.0
PAUSES = -13.0

TRAVEL = Service(
    name="travel-web",
    version="1.200.4",
    upgrade=(-8, "1.200.5"),
    hosts=("travel-web-1", "travel-web-2"),
    endpoints=(Endpoint("GET /trips/{n}", 180), Endpoint("GET /", 60)),
    warnings=("hydration mismatch on /trips", "locale {small} falls back to en"),
    chatter=("trip {n} shared",),
    errors=("GET /ads: net::ERR_BLOCKED_BY_CLIENT",),
    voice=PINO,
)
FARES = Service(
    name="fares",
    version="34.0",
    hosts=("fares-1", "fares-2"),
    endpoints=(Endpoint("GET /fares/{n}", 70),),
    warnings=("fare family {small} without baggage", "fare {n} expires within the hour"),
    chatter=("{n} fares compared",),
    errors=("airline {small} answered with no seats",),
    voice=UVICORN,
)
GRID = Service(
    name="fare-grid",
    version="4.2.7",
    hosts=("fare-grid-0", "fare-grid-1"),
    endpoints=(Endpoint("GET /grid/{n}", 4),),
    warnings=("[gc] Pause Young (Normal) (G1 Evacuation Pause) 2100M->900M(4096M) {small}.1ms",),
    chatter=("grid segment {small} refreshed",),
    voice=LOGBACK,
)
SCENE = Scene(
    services=(TRAVEL, FARES, GRID),
    traces=(
        Call(
            "travel-web",
            "GET /trips/{id}",
            50,
            (Call("fares", "GET /fares/{route}", 30, (Call("fare-grid", "GET /grid/{cell}", 3),)),),
        ),
    ),
    troubles=(Trouble("fare-grid", PAUSES, adds_ms=3300, fails=0.25),),
    bursts=(
        Burst(
            "fare-grid",
            "warn",
            (
                "[gc] Pause Full (G1 Compaction Pause) 1021M->989M(1024M) {n}.3ms",
                "[safepoint] Total: {n}000000 ns, time since last {n} ns",
            ),
            40,
            PAUSES,
        ),
        Burst(
            "fares",
            "error",
            (
                "httpx.ReadTimeout: fare-grid, cell {n}",
                "fares for route {n} incomplete: grid",
            ),
            50,
            PAUSES + 0.6,
        ),
        Burst(
            "travel-web",
            "error",
            ("GET /trips/{n} gave up on fares after 6000 ms",),
            36,
            PAUSES + 1.4,
        ),
    ),
    changes=(
        Change(
            SET,
            "configuration",
            "Helm values of release fare-grid changed in prod",
            "Cost round by finops-bot: memory request 5Gi -> 1536Mi, JAVA_TOOL_OPTIONS "
            "-Xmx4g -> -Xmx1g. Pods replaced.",
            ("service:fare-grid", "env:prod", "team:finops"),
            part="culprit",
        ),
        deployed(
            -8, "travel-web", "1.200.5", "Rolled out by deploy-bot in 3m. 5 commits.", team="trips"
        ),
        deployed(-50, "fares", "34.0", "Rolled out by deploy-bot in 2m. 1 commit.", team="fares"),
        Change(
            -30,
            "configuration",
            "Helm values of release seat-maps changed in prod",
            "Cost round by finops-bot: replicas 4 -> 3.",
            ("service:seat-maps", "env:prod", "team:finops"),
        ),
    ),
    machines=(
        Machine(TRAVEL.hosts, "node", "travel-web", cpu=33),
        Machine(FARES.hosts, "python", "fares", cpu=28),
        Machine(GRID.hosts, "java", "fare-grid", cpu=97, load=2.9),
    ),
    first_failing="fare-grid",
    keywords=("Pause Full", "Xmx", "heap"),
)
MONITOR = Monitor(
    id=30110205,
    name="Trips load slowly",
    type="query alert",
    event_type="query_alert_monitor",
    query="avg(last_5m):avg:travel.page.p95{env:prod,service:travel-web} > 2.5",
    metric="travel.page.p95",
    message="Travellers wait. @webhook-rayne @slack-trips",
)


def tell() -> Story:
    story = Story("small-heap", datetime(2026, 10, 1, 18, 30, tzinfo=UTC), seed=905)
    play(story, SCENE)
    web = ("service:travel-web",)
    measure(story, "travel.page.p95", web, rising(
        story, low=0.4, high=4.4, starts=PAUSES + 1, ramp=16))  # fmt: skip
    measure(story, "travel.page.views", web, steady(story, 980))
    measure(story, "jvm.gc.time", ("service:fare-grid",), rising(
        story, low=14, high=2600, starts=PAUSES, ramp=5))  # fmt: skip
    measure(story, "fares.requests", ("service:fares",), steady(story, 1500))
    story.alert(
        MONITOR,
        Scope("travel-web", "", "trips", ("env:prod", "service:travel-web")),
        "avg:travel.page.p95 over env:prod,service:travel-web was > 2.5 on average during the "
        "last 5m.",
    )
    return story
