"""A schema migration takes a lock that every write waits for; no code was changed."""

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
from scripts.stories.voices import LOGFMT, POSTGRES, RAILS

MIGRATED = -8.0
HELD = -7.5

PARCELS = Service(
    name="parcels",
    version="218",
    upgrade=(-26, "219"),
    hosts=("parcels-web-1", "parcels-web-2", "parcels-web-3"),
    endpoints=(Endpoint("PATCH /parcels/{n}", 38), Endpoint("GET /parcels/{n}", 12)),
    warnings=("DEPRECATION WARNING: update_columns with a hash", "carrier label retried for {n}"),
    chatter=("parcel {n} scanned at hub {small}",),
    errors=("ActionController::BadRequest (invalid tracking code)",),
    voice=RAILS,
)
SCANNER = Service(
    name="scan-intake",
    version="1.44.0",
    hosts=("scan-intake-0", "scan-intake-1"),
    endpoints=(Endpoint("POST /scans", 16),),
    warnings=("scanner {n} sends from an old firmware", "duplicate scan {hex} dropped"),
    chatter=("batch of {small} scans forwarded",),
    voice=LOGFMT,
)
DATABASE = Service(
    name="parcels-db",
    version="14.11",
    hosts=("parcels-db-primary",),
    endpoints=(Endpoint("UPDATE parcels SET hub = {small} WHERE id = {n}", 2),),
    warnings=("there is no transaction in progress",),
    chatter=("automatic analyze of table parcels.public.scans",),
    voice=POSTGRES,
)
SCENE = Scene(
    services=(PARCELS, SCANNER, DATABASE),
    traces=(
        Call(
            "scan-intake",
            "POST /scans",
            4,
            (
                Call(
                    "parcels", "PATCH /parcels/{id}", 20, (Call("parcels-db", "UPDATE parcels", 2),)
                ),
            ),
        ),
        Call("parcels", "GET /parcels/{id}", 9, (Call("parcels-db", "SELECT parcels", 1.5),)),
    ),
    troubles=(
        Trouble("parcels-db", HELD, adds_ms=5000, fails=0.9, resource="UPDATE parcels"),
        Trouble("parcels-db", HELD, adds_ms=5000, fails=0.6, resource="SELECT parcels"),
    ),
    bursts=(
        Burst(
            "parcels-db",
            "warn",
            (
                (
                    "process {n} still waiting for RowExclusiveLock on relation 16788 of "
                    "database 16401 "
                    "after 1000.{small} ms"
                ),
                (
                    "process {n} still waiting for AccessShareLock on relation 16788 of database "
                    "16401 "
                    "after 1000.{small} ms"
                ),
            ),
            40,
            HELD,
        ),
        Burst(
            "parcels",
            "error",
            (
                (
                    "ActiveRecord::LockWaitTimeout (PG::LockNotAvailable: canceling statement "
                    "due to lock "
                    "timeout)"
                ),
                "Completed 500 Internal Server Error in 50{small}ms",
            ),
            60,
            HELD + 0.3,
        ),
        Burst(
            "scan-intake",
            "error",
            (
                "forward scan {hex}: parcels answered 500, kept for later",
                "spool at {small}% of its room",
            ),
            36,
            HELD + 0.5,
        ),
        Burst("scan-intake", "warn", ("tls handshake error from {ip}: EOF",), 20, -180),
    ),
    changes=(
        deployed(-149, "scan-intake", "1.44.0", "Rolled out by deploy-bot. 1 commit.", team="hubs"),
        deployed(
            -26,
            "parcels",
            "219",
            "Rolled out by deploy-bot in 3m. 2 commits: wording of two mails, a test made stable.",
            team="parcels",
        ),
        Change(
            MIGRATED,
            "deployment",
            "Job parcels-schema-20260327 started",
            "ALTER TABLE parcels ADD COLUMN customs_class smallint; UPDATE parcels SET "
            "customs_class = 0; started by k.lindqvist through the release pipeline.",
            ("service:parcels-db", "env:prod", "job:parcels-schema-20260327"),
            part="culprit",
        ),
        Change(
            -5,
            "kubernetes",
            "Node ip-10-31-4-17 drained for its monthly patch",
            "Moved 11 pods elsewhere, none of them of namespace parcels.",
            ("env:prod", "host:ip-10-31-4-17"),
        ),
    ),
    machines=(
        Machine(PARCELS.hosts, "ruby", "parcels", cpu=22),
        Machine(SCANNER.hosts, "go", "scan-intake", cpu=9),
        Machine(DATABASE.hosts, "postgres", "parcels-db", cpu=38, iowait=14, load=1.2),
    ),
    first_failing="parcels-db",
    keywords=("lock", "ALTER TABLE", "customs_class"),
)
MONITOR = Monitor(
    id=20774019,
    name="Scans are not taken in",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:scans.forward.failed{env:prod,service:scan-intake}.as_count() > 300",
    metric="scans.forward.failed",
    message="Hubs cannot scan parcels. @webhook-rayne @pagerduty-hubs",
    priority="P1",
)


def tell() -> Story:
    story = Story("migration-lock", datetime(2026, 3, 27, 15, 23, tzinfo=UTC), seed=404)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("scan-intake", "", "hubs", ("env:prod", "service:scan-intake")),
        "sum:scans.forward.failed over env:prod,service:scan-intake was > 300 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    scanner, database = ("service:scan-intake",), ("service:parcels-db",)
    failed = rising(story, low=1.5, high=120, starts=HELD, ramp=8)
    measure(story, "scans.forward.failed", scanner, failed)
    measure(story, "scans.taken", scanner, steady(story, 830))
    measure(story, "postgresql.locks.waiting", database,
            rising(story, low=0.2, high=88, starts=HELD, ramp=4))  # fmt: skip
    measure(story, "postgresql.rows_updated", database,
            rising(story, low=640, high=15, starts=HELD, ramp=2))  # fmt: skip
