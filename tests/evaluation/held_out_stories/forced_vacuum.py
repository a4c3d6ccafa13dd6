"""A database tidies up because it must, on a busy morning. Nobody changed anything that matters."""

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
from scripts.stories.voices import GRPC, LOGFMT, POSTGRES

VACUUM = -17.0
FELT = -10.0

DESK = Service(
    name="claims-desk",
    version="9.9.0",
    upgrade=(-30, "9.10.0"),
    hosts=("claims-desk-1", "claims-desk-2"),
    endpoints=(Endpoint("GET /claims/{n}", 60), Endpoint("PUT /claims/{n}/note", 80)),
    warnings=("claim {n} opened by two people", "scan of claim {n} is upside down"),
    chatter=("claim {n} closed",),
    errors=("mail of claim {n} refused by its receiver",),
    voice=LOGFMT,
)
CLAIMS = Service(
    name="claims",
    version="3.21.0",
    hosts=("claims-0", "claims-1"),
    endpoints=(Endpoint("GET /acme.claims.Claims/Read", 14),),
    warnings=("claim {n} has a reserve of zero",),
    chatter=("reserve of claim {n} raised",),
    errors=("claim {n}: unknown policy",),
    voice=GRPC,
)
DATABASE = Service(
    name="claims-db",
    version="13.14",
    hosts=("claims-db-1",),
    endpoints=(Endpoint("UPDATE claims SET touched = now() WHERE id = {n}", 3),),
    warnings=("pgstat wait timeout", "archive command took {small} s"),
    chatter=("checkpoint complete: wrote {n} buffers",),
    voice=POSTGRES,
)
SCENE = Scene(
    services=(DESK, CLAIMS, DATABASE),
    traces=(
        Call(
            "claims-desk",
            "GET /claims/{id}",
            20,
            (
                Call(
                    "claims",
                    "/acme.claims.Claims/Read",
                    8,
                    (Call("claims-db", "SELECT claims", 4),),
                ),
            ),
        ),
        Call(
            "claims-desk",
            "PUT /claims/{id}/note",
            25,
            (Call("claims", "/acme.claims.Claims/Write", 9, (Call("claims-db", "UPDATE", 5),)),),
        ),
    ),
    troubles=(
        Trouble("claims-db", VACUUM, FELT, adds_ms=200),
        Trouble("claims-db", FELT, adds_ms=3600, fails=0.3),
    ),
    bursts=(
        Burst(
            "claims-db",
            "info",
            (
                (
                    "automatic aggressive vacuum to prevent wraparound of table "
                    "claims.public.documents: "
                    "index scans: 0"
                ),
            ),
            4,
            VACUUM,
        ),
        Burst(
            "claims-db",
            "warn",
            (
                "duration: {n}.{small} ms  statement: UPDATE claims SET touched = now()",
                "oldest xmin is far in the past",
            ),
            44,
            FELT,
        ),
        Burst(
            "claims",
            "error",
            ("read claim {n}: context deadline exceeded code=DeadlineExceeded",),
            40,
            FELT + 0.4,
        ),
        Burst(
            "claims-desk",
            "error",
            ("GET /claims/{n}: claims: deadline, page not shown",),
            40,
            FELT + 0.8,
        ),
    ),
    changes=(
        deployed(
            -30,
            "claims-desk",
            "9.10.0",
            "Rolled out by deploy-bot in 2m. 6 commits: notes can be pinned.",
            team="claims",
        ),
        deployed(
            -190, "claims", "3.21.0", "Rolled out by deploy-bot in 3m. 2 commits.", team="claims"
        ),
        Change(
            -13,
            "feature_flag",
            "Flag photo-upload turned on for 25% in prod",
            "Changed by e.brandt.",
            ("service:claims-desk", "env:prod", "flag:photo-upload"),
        ),
        Change(
            -48,
            "configuration",
            "Parameter group claims-db changed (log_checkpoints)",
            "log_checkpoints off -> on. No restart.",
            ("service:claims-db", "env:prod", "setting:log_checkpoints"),
        ),
    ),
    machines=(
        Machine(DESK.hosts, "go", "claims-desk", cpu=18),
        Machine(CLAIMS.hosts, "go", "claims", cpu=14),
        Machine(DATABASE.hosts, "postgres", "claims-db", cpu=64, iowait=39, load=2.6),
    ),
    first_failing="claims-db",
    keywords=("vacuum", "wraparound"),
)
MONITOR = Monitor(
    id=22704416,
    name="Claims desk is slow",
    type="query alert",
    event_type="query_alert_monitor",
    query="avg(last_5m):avg:claims_desk.page.p90{env:prod,service:claims-desk} > 1.8",
    metric="claims_desk.page.p90",
    message="Clerks wait. @webhook-rayne @slack-claims",
)


def tell() -> Story:
    story = Story("forced-vacuum", datetime(2026, 9, 16, 9, 24, tzinfo=UTC), seed=421)
    play(story, SCENE)
    desk, database = ("service:claims-desk",), ("service:claims-db",)
    measure(story, "claims_desk.page.p90", desk, rising(
        story, low=0.21, high=3.4, starts=FELT, ramp=14))  # fmt: skip
    measure(story, "claims_desk.pages", desk, steady(story, 320, wave=0.2))
    measure(story, "system.disk.read_time_pct", database, rising(
        story, low=6, high=91, starts=VACUUM, ramp=5))  # fmt: skip
    measure(story, "postgresql.before_xid_wraparound", database, rising(
        story, low=4.1e6, high=3.9e6, starts=-360, ramp=370))  # fmt: skip
    story.alert(
        MONITOR,
        Scope("claims-desk", "", "claims", ("env:prod", "service:claims-desk")),
        "avg:claims_desk.page.p90 over env:prod,service:claims-desk was > 1.8 on average during "
        "the last 5m.",
    )
    return story
