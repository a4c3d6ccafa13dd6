"""A job's new schedule lets its runs overlap until they lock each other out, hours later."""

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
from scripts.stories.voices import POSTGRES, UVICORN

RESCHEDULED = -96.0
OVERLAP = -13.0

STATEMENTS = Service(
    name="statements",
    version="3.14.0",
    hosts=("statements-1", "statements-2"),
    endpoints=(Endpoint("GET /statements/{n}", 44), Endpoint("GET /balances/{n}", 20)),
    warnings=("statement {n} has no opening balance", "pdf of {n} larger than 5 MB"),
    chatter=("statement {n} mailed",),
    errors=("bank calendar: no entry for holiday {small}",),
    voice=UVICORN,
)
ROLLUP = Service(
    name="balance-rollup",
    version="1.8.0",
    hosts=("balance-rollup-cron",),
    endpoints=(Endpoint("RUN partition {n}", 5100),),
    warnings=("partition {small} skipped, no postings",),
    chatter=("partition {small} rolled up, {n} postings",),
)
DATABASE = Service(
    name="postings-db",
    version="15.5",
    hosts=("postings-db-1",),
    endpoints=(Endpoint("SELECT sum(amount) FROM postings WHERE account = {n}", 6),),
    warnings=("temporary file: path base/pgsql_tmp/pgsql_tmp{n}.3, size {n}",),
    chatter=("checkpoint complete: wrote {n} buffers",),
    voice=POSTGRES,
)
SCENE = Scene(
    services=(STATEMENTS, ROLLUP, DATABASE),
    traces=(
        Call("statements", "GET /balances/{id}", 9, (Call("postings-db", "SELECT balances", 5),)),
        Call(
            "statements", "GET /statements/{id}", 20, (Call("postings-db", "SELECT postings", 9),)
        ),
    ),
    troubles=(Trouble("postings-db", OVERLAP, adds_ms=3800, fails=0.5),),
    bursts=(
        Burst(
            "balance-rollup",
            "info",
            ("run started, {small} partitions to do",),
            4,
            RESCHEDULED + 2,
            -8,
        ),
        Burst(
            "balance-rollup",
            "error",
            ("run stopped: deadlock detected, 0 of {small} partitions kept",),
            12,
            OVERLAP + 1,
        ),
        Burst(
            "postings-db",
            "error",
            (
                "deadlock detected",
                "could not serialize access due to concurrent update",
                "canceling statement due to conflict with recovery",
            ),
            45,
            OVERLAP,
        ),
        Burst(
            "statements",
            "error",
            (
                "GET /balances/{n}: asyncpg.exceptions.DeadlockDetectedError: deadlock detected",
                "GET /statements/{n} gave up after 3 attempts",
            ),
            55,
            OVERLAP + 0.8,
        ),
    ),
    changes=(
        Change(
            RESCHEDULED,
            "configuration",
            "CronJob balance-rollup changed in prod (revision 14)",
            "Applied by tf-runner. schedule: 10 1 * * * -> */20 * * * *; concurrencyPolicy not "
            "set.",
            ("service:balance-rollup", "env:prod", "kube_cronjob:balance-rollup"),
            part="culprit",
        ),
        deployed(
            -40,
            "statements",
            "3.14.0",
            "Rolled out by deploy-bot in 2m. 2 commits: French mail text.",
            team="accounts",
        ),
        Change(
            -19,
            "feature_flag",
            "Flag yearly-summary turned on for 1% in prod",
            "Changed by d.moreau.",
            ("service:statements", "env:prod", "flag:yearly-summary"),
        ),
        deployed(-8, "card-limits", "6.6.1", "Rolled out by deploy-bot. 1 commit.", team="cards"),
    ),
    machines=(
        Machine(STATEMENTS.hosts, "python", "statements", cpu=22),
        Machine(ROLLUP.hosts, "python", "balance-rollup", cpu=97, load=1.1),
        Machine(DATABASE.hosts, "postgres", "postings-db", cpu=84, iowait=11, load=2.4),
    ),
    first_failing="postings-db",
    keywords=("deadlock", "balance-rollup", "schedule"),
)
MONITOR = Monitor(
    id=21830558,
    name="Balances cannot be read",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:statements.failed{env:prod,service:statements}.as_count() > 180",
    metric="statements.failed",
    message="Customers see no balance. @webhook-rayne @slack-accounts",
)


def tell() -> Story:
    story = Story("overlapping-jobs", datetime(2026, 6, 17, 14, 33, tzinfo=UTC), seed=412)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("statements", "", "accounts", ("env:prod", "service:statements")),
        "sum:statements.failed over env:prod,service:statements was > 180 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    failed = rising(story, low=0.6, high=58, starts=OVERLAP, ramp=14)
    measure(story, "statements.failed", ("service:statements",), failed)
    measure(story, "statements.requests", ("service:statements",), steady(story, 610))
    measure(story, "postgresql.deadlocks", ("service:postings-db",),
            rising(story, low=0, high=21, starts=OVERLAP, ramp=9))  # fmt: skip
    measure(story, "kubernetes_state.job.active", ("kube_cronjob:balance-rollup",),
            rising(story, low=0.4, high=5, starts=RESCHEDULED, ramp=85))  # fmt: skip
