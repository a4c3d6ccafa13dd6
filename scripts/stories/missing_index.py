"""A deployment brings a query without an index; the host of the database only looks guilty."""

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

DEPLOYED = -26.0
HEAVY = -12.0  # when the first large tenants came to work

HELPDESK = Service(
    name="crm-web",
    version="2026.33",
    hosts=("crm-web-1", "crm-web-2"),
    endpoints=(Endpoint("GET /accounts/{n}", 120), Endpoint("GET /pipeline", 90)),
    warnings=("DEPRECATION WARNING: render file without an extension", "view {small} missed cache"),
    chatter=("account {n} opened",),
    errors=("ActionController::InvalidAuthenticityToken",),
    voice=RAILS,
)
ACTIVITY = Service(
    name="activity-log",
    version="6.17.0",
    upgrade=(DEPLOYED + 1, "6.18.0"),
    hosts=("activity-log-1", "activity-log-2"),
    endpoints=(Endpoint("GET /activities?account={n}", 18), Endpoint("POST /activities", 12)),
    warnings=("activity {n} without an actor", "tenant {small} above its quota"),
    chatter=("{small} activities stored",),
    errors=("webhook of tenant {small} answered 410",),
    voice=LOGFMT,
)
DATABASE = Service(
    name="crm-db",
    version="15.7",
    hosts=("crm-db-a", "crm-db-b"),
    endpoints=(Endpoint("SELECT id FROM accounts WHERE id = {n}", 1),),
    warnings=("checkpoints are occurring too frequently ({small} seconds apart)",),
    chatter=("automatic vacuum of table crm.public.sessions: index scans: 1",),
    voice=POSTGRES,
)
SCENE = Scene(
    services=(HELPDESK, ACTIVITY, DATABASE),
    traces=(
        Call(
            "crm-web",
            "GET /accounts/{id}",
            60,
            (
                Call(
                    "activity-log", "GET /activities", 9, (Call("crm-db", "SELECT activities", 6),)
                ),
                Call("crm-db", "SELECT accounts", 2),
            ),
        ),
        Call("crm-web", "GET /pipeline", 50, (Call("crm-db", "SELECT deals", 12),)),
    ),
    troubles=(
        Trouble("crm-db", DEPLOYED + 1, HEAVY, adds_ms=380, resource="SELECT activities"),
        Trouble("crm-db", HEAVY, adds_ms=6200, fails=0.3, resource="SELECT activities"),
        Trouble("crm-db", HEAVY + 3, adds_ms=500, resource="SELECT deals"),
    ),
    bursts=(
        Burst(
            "crm-db",
            "warn",
            (
                (
                    "duration: {n}.{small} ms  plan: Query Text: SELECT * FROM activities WHERE "
                    "tenant = $1 "
                    "AND lower(subject) LIKE $2  Seq Scan on activities"
                ),
            ),
            46,
            HEAVY,
        ),
        Burst(
            "crm-db",
            "warn",
            (
                (
                    "duration: {small}00.{small} ms  plan: Query Text: SELECT * FROM activities "
                    "WHERE "
                    "tenant = $1 AND lower(subject) LIKE $2  Seq Scan on activities"
                ),
            ),
            8,
            DEPLOYED + 1,
            HEAVY,
        ),
        Burst(
            "activity-log",
            "error",
            (
                "list activities of account {n}: context deadline exceeded",
                "list activities of account {n}: pq: canceling statement due to user request",
            ),
            46,
            HEAVY + 0.5,
        ),
        Burst("crm-web", "error", ("Net::ReadTimeout (activities of account {n})",), 40, HEAVY + 1),
    ),
    changes=(
        deployed(
            DEPLOYED,
            "activity-log",
            "6.18.0",
            "Rolled out by deploy-bot in 2m. 4 commits: filter by subject, fewer allocations.",
            team="crm",
            part="culprit",
        ),
        deployed(
            -64, "crm-web", "2026.33", "Rolled out by deploy-bot in 5m. 17 commits.", team="crm"
        ),
        Change(
            -17,
            "configuration",
            "Parameter group crm-db changed (log_min_duration)",
            "auto_explain.log_min_duration 1000 -> 200. No restart.",
            ("service:crm-db", "env:prod", "setting:log_min_duration"),
        ),
        Change(
            -8,
            "feature_flag",
            "Flag kanban-drag turned on for 30% in prod",
            "Changed by f.rossi.",
            ("service:crm-web", "env:prod", "flag:kanban-drag"),
        ),
    ),
    machines=(
        Machine(HELPDESK.hosts, "ruby", "crm-web", cpu=41),
        Machine(ACTIVITY.hosts, "go", "activity-log", cpu=10),
        Machine(DATABASE.hosts, "postgres", "crm-db", cpu=96, iowait=18, load=3.6),
    ),
    first_failing="crm-db",
    keywords=("Seq Scan", "activities", "6.18.0"),
)
MONITOR = Monitor(
    id=22391007,
    name="CRM: pages slow",
    type="query alert",
    event_type="query_alert_monitor",
    query="avg(last_5m):avg:trace.rack.request.p90{env:prod,service:crm-web} > 2",
    metric="trace.rack.request.p90",
    message="Sales cannot work. @webhook-rayne @slack-crm",
)


def tell() -> Story:
    story = Story("missing-index", datetime(2026, 8, 17, 9, 8, tzinfo=UTC), seed=417)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("crm-web", "", "crm", ("env:prod", "service:crm-web")),
        "avg:trace.rack.request.p90 over env:prod,service:crm-web was > 2 on average during the "
        "last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    web, database = ("service:crm-web",), ("service:crm-db",)
    measure(story, "trace.rack.request.p90", web,
            rising(story, low=0.33, high=4.6, starts=HEAVY, ramp=20))  # fmt: skip
    measure(story, "trace.rack.request.hits", web, steady(story, 700, wave=0.3))
    measure(story, "aws.rds.cpuutilization", (*database, "host:crm-db-a"),
            rising(story, low=31, high=97, starts=DEPLOYED + 1, ramp=24))  # fmt: skip
    measure(story, "postgresql.rows_fetched", database,
            rising(story, low=9000, high=810000, starts=DEPLOYED + 1, ramp=24))  # fmt: skip
