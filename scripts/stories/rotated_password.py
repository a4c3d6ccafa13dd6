"""A database password is rotated; a service that keeps the old one cannot come back."""

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
from scripts.stories.voices import LOGFMT, NGINX, POSTGRES

ROTATED = -19.0
REFUSED = -13.0  # when pooled connections had grown old

FRONT = Service(
    name="warehouse-ui",
    version="0.44.2",
    hosts=("warehouse-ui-1", "warehouse-ui-2"),
    endpoints=(Endpoint("GET /picks", 80), Endpoint("POST /picks/{n}/done", 95)),
    warnings=("an upstream response is buffered to a temporary file",),
    errors=("access forbidden by rule, client: {ip}",),
    voice=NGINX,
)
PICKING = Service(
    name="picking",
    version="13.0.0",
    upgrade=(-9, "13.0.1"),
    hosts=("picking-a", "picking-b"),
    endpoints=(Endpoint("GET /picks/next", 22), Endpoint("POST /picks/{n}", 30)),
    warnings=("aisle {small} is blocked, going round", "pick {n} done twice"),
    chatter=("pick list {n} handed out",),
    errors=("label printer {small} out of paper",),
    voice=LOGFMT,
)
DATABASE = Service(
    name="stock-db",
    version="16.1",
    hosts=("stock-db-1", "stock-db-2"),
    endpoints=(Endpoint("SELECT bin FROM stock WHERE sku = {n}", 2),),
    warnings=("unexpected EOF on client connection with an open transaction",),
    chatter=("connection authorized: user=replenish database=stock",),
    errors=("duplicate key value violates unique constraint picks_pkey",),
    voice=POSTGRES,
)
SCENE = Scene(
    services=(FRONT, PICKING, DATABASE),
    traces=(
        Call(
            "warehouse-ui",
            "GET /picks",
            6,
            (Call("picking", "GET /picks/next", 12, (Call("stock-db", "SELECT stock", 2),)),),
        ),
        Call("replenish", "POST /orders", 20, (Call("stock-db", "SELECT stock", 2),)),
    ),
    troubles=(Trouble("picking", REFUSED, adds_ms=30, fails=0.8),),
    bursts=(
        Burst(
            "stock-db",
            "critical",
            ('password authentication failed for user "picking_rw"',),
            40,
            REFUSED,
        ),
        Burst(
            "picking",
            "error",
            (
                (
                    "acquire connection: failed to connect to stock-db-1: server error (FATAL: "
                    "SQLSTATE "
                    "28P01)"
                ),
                "GET /picks/next: no connection",
            ),
            60,
            REFUSED,
        ),
        Burst(
            "warehouse-ui", "error", ('"GET /picks HTTP/1.1" 500 41 {small}',), 44, REFUSED + 0.4
        ),
        Burst(
            "picking",
            "info",
            ("pool: connection reached its age of 10m, closing",),
            14,
            ROTATED,
            REFUSED + 2,
        ),
    ),
    changes=(
        deployed(
            -220, "warehouse-ui", "0.44.2", "Rolled out by deploy-bot. 3 commits.", team="floor"
        ),
        Change(
            ROTATED,
            "vault",
            "Static role stock-picking rotated",
            "database/static-roles/stock-picking: new value, next rotation in 30 days. "
            "Consumers read it at start.",
            ("env:prod", "service:stock-db", "team:security"),
            part="culprit",
        ),
        deployed(
            -9,
            "picking",
            "13.0.1",
            "Rolled out to the canary only: picking-b. 2 commits.",
            team="floor",
        ),
        Change(
            -27,
            "kubernetes",
            "Scaled deployment label-printer from 2 to 1 replicas",
            "By hand, m.dubois.",
            ("env:prod", "kube_deployment:label-printer"),
        ),
    ),
    machines=(
        Machine(FRONT.hosts, "nginx", "warehouse-ui", cpu=8),
        Machine(PICKING.hosts, "go", "picking", cpu=13),
        Machine(DATABASE.hosts, "postgres", "stock-db", cpu=86, iowait=4, load=1.9),
    ),
    first_failing="picking",
    keywords=("password authentication failed", "picking_rw", "rotated"),
)
MONITOR = Monitor(
    id=22205519,
    name="Picking stands still",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:picking.requests.failed{env:prod,service:picking}.as_count() > 260",
    metric="picking.requests.failed",
    message="The floor waits. @webhook-rayne @pagerduty-floor",
    priority="P1",
)


def tell() -> Story:
    story = Story("rotated-password", datetime(2026, 8, 5, 5, 49, tzinfo=UTC), seed=416)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("picking", "", "floor", ("env:prod", "service:picking")),
        "sum:picking.requests.failed over env:prod,service:picking was > 260 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    picking = ("service:picking",)
    failed = rising(story, low=1, high=78, starts=REFUSED, ramp=13)
    measure(story, "picking.requests.failed", picking, failed)
    measure(story, "picking.requests", picking, steady(story, 240))
    measure(story, "pgx.pool.connections", picking,
            rising(story, low=32, high=0, starts=REFUSED, ramp=8))  # fmt: skip
