"""A feature flag makes a catalogue bypass its cache; the database behind it gives in."""

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
from scripts.stories.voices import LOGFMT, POSTGRES, UVICORN

TURNED_ON = -17.0
GIVES_IN = -11.0

CATALOG = Service(
    name="catalog",
    version="7.11.2",
    hosts=("catalog-1", "catalog-2", "catalog-3", "catalog-4"),
    endpoints=(Endpoint("GET /v2/items/{n}", 18), Endpoint("GET /v2/lists/{n}", 40)),
    warnings=("item {n} has no price in CHF", "translation service answered late ({ms} ms)"),
    chatter=("price feed applied, {n} items",),
    errors=("cannot parse supplier feed line {n}: bad decimal",),
    voice=UVICORN,
)
REPLICA = Service(
    name="catalog-db",
    version="15.6",
    hosts=("catalog-db-ro-1", "catalog-db-ro-2"),
    endpoints=(Endpoint("SELECT price FROM offers WHERE item = {n}", 2),),
    warnings=("temporary file: path base/pgsql_tmp/pgsql_tmp{n}.0, size {n}",),
    chatter=("restartpoint complete: wrote {n} buffers",),
    voice=POSTGRES,
)
CACHE = Service(
    name="catalog-redis",
    version="7.2",
    hosts=("catalog-redis-0",),
    endpoints=(Endpoint("GET item:{n}", 1),),
    warnings=("Asynchronous AOF fsync is taking too long (disk is busy?)",),
    chatter=("DB saved on disk", "Background saving terminated with success"),
)
BASKET = Service(
    name="basket",
    version="4.4.0",
    hosts=("basket-a", "basket-b"),
    endpoints=(Endpoint("POST /basket/{n}/lines", 60), Endpoint("GET /basket/{n}", 20)),
    warnings=("basket {n} merged with an anonymous one",),
    voice=LOGFMT,
)
SCENE = Scene(
    services=(CATALOG, REPLICA, CACHE, BASKET),
    traces=(
        Call(
            "catalog",
            "GET /v2/items/{id}",
            8,
            (
                Call("catalog-redis", "GET", 0.6),
                Call("catalog-db", "SELECT offers", 2),
            ),
        ),
        Call(
            "basket",
            "POST /basket/{id}/lines",
            14,
            (Call("catalog", "GET /v2/items/{id}", 8, (Call("catalog-db", "SELECT offers", 2),)),),
        ),
    ),
    troubles=(
        Trouble("catalog-db", TURNED_ON + 1, GIVES_IN, adds_ms=40),
        Trouble("catalog-db", GIVES_IN, adds_ms=2400, fails=0.35),
    ),
    bursts=(
        Burst(
            "catalog-db",
            "error",
            (
                "remaining connection slots are reserved for non-replication superuser connections",
                "canceling statement due to statement timeout",
            ),
            45,
            GIVES_IN,
        ),
        Burst(
            "catalog",
            "error",
            (
                (
                    "sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection "
                    "failed: "
                    "FATAL: remaining connection slots are reserved"
                ),
                "GET /v2/items/{n} failed after {ms} ms: QueryCanceled",
            ),
            60,
            GIVES_IN + 0.3,
        ),
        Burst("catalog", "info", ("offer resolved live for item {n}",), 30, TURNED_ON + 0.3),
        Burst("basket", "error", ("add line: catalog: 503, line {n} not added",), 30, GIVES_IN + 2),
        Burst("catalog-redis", "warn", ("Client id={n} addr={ip} closed for idleness",), 12, -60),
    ),
    changes=(
        deployed(-263, "catalog", "7.11.2", "Rolled out by deploy-bot. 4 commits.", team="range"),
        deployed(
            -31,
            "basket",
            "4.4.0",
            "Rolled out by deploy-bot in 2m20s. 6 commits: gift notes, cache headers.",
            team="shop",
        ),
        Change(
            TURNED_ON,
            "feature_flag",
            "Flag live-offers turned on for 100% in prod",
            "Changed by t.okafor. Key: live-offers. Was 1%. Ask the store of record for every "
            "offer, so that shoppers see changes at once.",
            ("service:catalog", "env:prod", "flag:live-offers"),
            part="culprit",
        ),
        Change(
            -13,
            "kubernetes",
            "Scaled deployment image-resizer from 3 to 5 replicas",
            "HorizontalPodAutoscaler image-resizer: cpu above target.",
            ("kube_deployment:image-resizer", "env:prod", "service:image-resizer"),
        ),
        Change(
            -2,
            "feature_flag",
            "Flag gift-notes turned on for 10% in prod",
            "Changed by l.haas. Key: gift-notes.",
            ("service:basket", "env:prod", "flag:gift-notes"),
        ),
    ),
    machines=(
        Machine(CATALOG.hosts, "python", "catalog", cpu=47),
        Machine(REPLICA.hosts, "postgres", "catalog-db", cpu=98, iowait=6, load=4.1),
        Machine(CACHE.hosts, "redis", "catalog-redis", cpu=6),
        Machine(("image-resizer-1", "image-resizer-2"), "go", "image-resizer", cpu=91, load=1.6),
    ),
    first_failing="catalog-db",
    keywords=("live-offers", "connection slots", "statement timeout"),
)
MONITOR = Monitor(
    id=20660812,
    name="Catalogue errors",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:catalog.request.errors{env:prod,service:catalog}.as_count() > 400",
    metric="catalog.request.errors",
    message="Items cannot be shown. @webhook-rayne @slack-range",
    priority="P1",
)


def tell() -> Story:
    story = Story("flag-stampede", datetime(2026, 3, 19, 19, 44, tzinfo=UTC), seed=403)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("catalog", "", "range", ("env:prod", "service:catalog")),
        "sum:catalog.request.errors over env:prod,service:catalog was > 400 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    catalog, database = ("service:catalog",), ("service:catalog-db",)
    errors = rising(story, low=3, high=160, starts=GIVES_IN, ramp=13)
    measure(story, "catalog.request.errors", catalog, errors)
    measure(story, "catalog.request.hits", catalog, steady(story, 5200))
    queries = rising(story, low=310, high=5100, starts=TURNED_ON, ramp=3)
    measure(story, "postgresql.queries.count", database, queries)
    measure(story, "redis.keys.hit_rate", ("service:catalog-redis",),
            rising(story, low=96, high=4, starts=TURNED_ON, ramp=3))  # fmt: skip
    measure(story, "postgresql.connections", database,
            rising(story, low=44, high=198, starts=TURNED_ON, ramp=6))  # fmt: skip
