"""One database host drowns in a backup's disk I/O while its peers are well."""

from datetime import UTC, datetime

from scripts.stories.daily_life import Endpoint, Service, rising, steady, usual_logs
from scripts.stories.story import END, Monitor, Scope, Story

SICK = "orders-db-2"
PEERS = ("orders-db-1", "orders-db-3")
BACKUP = -11.0  # minutes
TAGS = ("env:prod", "role:orders-db", "service:orders-db")

DATABASE = Service(
    name="orders-db",
    version="15.8",
    hosts=(SICK, *PEERS),
    endpoints=(Endpoint("statement: SELECT * FROM orders WHERE customer_id = {n}", 4),),
    warnings=(
        "checkpoints are occurring too frequently (24 seconds apart)",
        'could not obtain lock on row in relation "order_lines", waiting',
    ),
    chatter=(
        "checkpoint complete: wrote {n} buffers",
        'automatic vacuum of table "orders.public.order_lines": index scans: 1',
    ),
)
ORDERS = Service(
    name="orders",
    version="4.8.1",
    hosts=("orders-1", "orders-2"),
    endpoints=(Endpoint("GET /orders/{n}", 32), Endpoint("POST /orders", 70)),
    warnings=(
        "connection pool at 80% of 40",
        "customer {n} has no default address",
    ),
)
MONITOR = Monitor(
    id=16077012,
    name="Disk I/O wait is high on a database host",
    type="query alert",
    event_type="query_alert_monitor",
    query="avg(last_5m):avg:system.cpu.iowait{env:prod,role:orders-db} by {host} > 50",
    metric="system.cpu.iowait",
    message="A database host waits for its disks. @webhook-rayne @pagerduty-data",
)


def tell() -> Story:
    story = Story("saturated-host", datetime(2026, 1, 21, 2, 46, tzinfo=UTC), seed=202)
    usual_logs(story, DATABASE, before=70, during=55)
    usual_logs(story, ORDERS, before=55, during=45)
    culprit, decoys = _changes(story)
    _trouble(story)
    _metrics(story)
    _inventory(story)
    story.alert(
        MONITOR,
        Scope("orders-db", SICK, "data", (f"host:{SICK}", "role:orders-db")),
        f"avg:system.cpu.iowait over host:{SICK},role:orders-db was > 50 on average during the "
        "last 5m.",
    )
    story.expected = {
        "culprit_change": culprit,
        "first_failing_service": "orders-db",
        "decoy_changes": decoys,
        "keywords": ["pg_basebackup", SICK, "iowait", "backup"],
    }
    return story


def _changes(story: Story) -> tuple[str, list[str]]:
    decoys = [
        story.event(
            -122, "deployment", "Deployed orders 4.8.1 to prod",
            "Rolled out by deploy-bot in 2m31s. 4 commits.",
            "service:orders", "env:prod", "version:4.8.1", "team:shop",
        ),
        story.event(
            -7, "kubernetes", "Scaled deployment invoicing from 2 to 3 replicas",
            "HorizontalPodAutoscaler invoicing: cpu above target.",
            "service:invoicing", "env:prod", "kube_deployment:invoicing",
        ),
    ]  # fmt: skip
    culprit = story.event(
        BACKUP, "cron", f"Backup job orders-full started on {SICK}",
        f"cron on {SICK}: pg_basebackup --pgdata=/mnt/backup/orders-full --checkpoint=fast "
        "--max-rate=none. The job was moved from orders-db-standby to this host on 2026-01-20.",
        f"host:{SICK}", "service:orders-db", "env:prod", "job:orders-full",
    )  # fmt: skip
    return culprit, decoys


def _trouble(story: Story) -> None:
    story.log(
        BACKUP, "backup", "pg_basebackup: initiating base backup, waiting for checkpoint",
        host=SICK, version="15.8",
    )  # fmt: skip
    for percent, at in zip((4, 9, 13, 18, 22), story.moments(5, BACKUP + 2, END), strict=True):
        story.log(
            at, "backup", f"pg_basebackup: {percent}% of 412 GB, no rate limit",
            host=SICK, version="15.8",
        )  # fmt: skip
    for at in story.moments(45, BACKUP + 2, END):
        took = story.random.randrange(5200, 14800)
        story.log(
            at, "orders-db",
            f"duration: {took} ms  execute orders_by_customer, rows: {took % 37}",
            "warn", host=SICK, version="15.8", duration=took * 1_000_000,
        )  # fmt: skip
    for at in story.moments(40, BACKUP + 4, END):
        story.log(
            at, "orders",
            f"query timed out after 5000 ms on replica {SICK}, order "
            f"{story.random.randrange(200000, 299999)}",
            "error", host="orders-1", version="4.8.1", error__kind="QueryTimeout",
            db__instance=SICK,
        )  # fmt: skip
    for at in story.moments(20, BACKUP + 1, END):
        trace = story.number()
        root = story.span(at, "orders", "GET /orders/{id}", 5020, trace_id=trace, error=True)
        story.span(
            at + 0.0002, "orders-db", "SELECT orders", 5000,
            trace_id=trace, parent_id=root, host=SICK, error=True,
        )  # fmt: skip


def _metrics(story: Story) -> None:
    sick = (*TAGS, f"host:{SICK}")
    story.metric("system.cpu.iowait", sick, rising(story, low=2.4, high=58, starts=BACKUP, ramp=7))
    story.metric("system.io.util", sick, rising(story, low=18, high=97, starts=BACKUP, ramp=4))
    for host in PEERS:
        story.metric("system.cpu.iowait", (*TAGS, f"host:{host}"), steady(story, 2.2))
    story.metric("system.cpu.user", sick, steady(story, 21))


def _inventory(story: Story) -> None:
    apps = ["agent", "ntp", "postgres"]
    story.host(SICK, apps, [*TAGS, "region:eu-west-1"], cpu=83.2, iowait=58.9, load=3.74)
    for host in PEERS:
        story.host(host, apps, [*TAGS, "region:eu-west-1"], cpu=24.1, iowait=2.2, load=0.48)
    for host in ORDERS.hosts:
        tags = ["env:prod", "service:orders"]
        story.host(host, ["agent", "java"], tags, cpu=35.0, iowait=0.3, load=0.55)
