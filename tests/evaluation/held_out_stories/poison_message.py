"""A partner sends a file that no parser survives; it comes back from the queue again and again."""

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
from scripts.stories.voices import LOGBACK, LOGFMT

ARRIVED = -12.0

IMPORTS = Service(
    name="partner-import",
    version="2.2.0",
    upgrade=(-24, "2.2.1"),
    hosts=("partner-import-0", "partner-import-1"),
    endpoints=(Endpoint("CONSUME partner.files/{n}", 210),),
    warnings=("file {n} has no checksum", "row {n} without a price, skipped"),
    chatter=("file {n} done, {n} rows",),
    errors=("row {n}: unknown currency XTS",),
    voice=LOGBACK,
)
INTAKE = Service(
    name="partner-gateway",
    version="11.0.6",
    hosts=("partner-gateway-1",),
    endpoints=(Endpoint("PUT /files/{n}", 90),),
    warnings=("partner {small} uses tls 1.2",),
    chatter=("file {n} of partner {small} queued",),
    errors=("partner {small}: token expired",),
    voice=LOGFMT,
)
SCENE = Scene(
    services=(IMPORTS, INTAKE),
    traces=(
        Call("partner-gateway", "PUT /files/{id}", 30, (Call("rabbitmq", "publish", 4),)),
        Call(
            "partner-import",
            "consume partner.files",
            120,
            (Call("prices-db", "INSERT prices", 15),),
        ),
    ),
    troubles=(Trouble("partner-import", ARRIVED, fails=0.8, resource="consume partner.files"),),
    bursts=(
        Burst(
            "partner-gateway",
            "info",
            ("file 88213 of partner 19 queued, 48 MB",),
            1,
            ARRIVED,
            ARRIVED + 0.1,
        ),
        Burst(
            "partner-import",
            "error",
            (
                (
                    "c.a.imports.Consumer - delivery failed, requeued: file 88213 java.nio.charset."
                    "MalformedInputException: Input length = 1"
                ),
                "c.a.imports.Consumer - file 88213 redelivered, attempt {n}",
            ),
            70,
            ARRIVED + 0.2,
        ),
        Burst(
            "partner-import", "warn", ("prefetch is taken up, {small} files wait",), 30, ARRIVED + 2
        ),
    ),
    changes=(
        deployed(
            -24,
            "partner-import",
            "2.2.1",
            "Rolled out by deploy-bot in 2m. 1 commit: a clearer log line.",
            team="partners",
        ),
        deployed(
            -110,
            "partner-gateway",
            "11.0.6",
            "Rolled out by deploy-bot. 2 commits.",
            team="partners",
        ),
        Change(
            -17,
            "configuration",
            "ConfigMap prices-rounding changed in prod (revision 4)",
            "Applied by tf-runner.",
            ("service:prices", "env:prod", "configmap:prices-rounding"),
        ),
        Change(
            -6,
            "feature_flag",
            "Flag partner-portal-v2 turned on for 10% in prod",
            "Changed by s.okoye.",
            ("service:partner-portal", "env:prod", "flag:partner-portal-v2"),
        ),
    ),
    machines=(
        Machine(IMPORTS.hosts, "java", "partner-import", cpu=92, load=1.9),
        Machine(INTAKE.hosts, "go", "partner-gateway", cpu=8),
    ),
    first_failing="partner-import",
    keywords=("88213", "MalformedInputException", "redelivered"),
)
MONITOR = Monitor(
    id=22909021,
    name="Partner files wait",
    type="query alert",
    event_type="query_alert_monitor",
    query="max(last_5m):max:rabbitmq.queue.messages{env:prod,queue:partner.files} > 390",
    metric="rabbitmq.queue.messages",
    message="Prices of partners are late. @webhook-rayne @slack-partners",
    priority="P3",
)


def tell() -> Story:
    story = Story("poison-message", datetime(2026, 9, 30, 6, 45, tzinfo=UTC), seed=423)
    play(story, SCENE)
    queue = ("service:partner-import", "queue:partner.files")
    measure(story, "rabbitmq.queue.messages", queue, rising(
        story, low=9, high=900, starts=ARRIVED, ramp=24))  # fmt: skip
    measure(story, "rabbitmq.queue.messages.redelivered", queue, rising(
        story, low=0, high=640, starts=ARRIVED, ramp=2))  # fmt: skip
    measure(story, "partner_gateway.files", ("service:partner-gateway",), steady(story, 38))
    story.alert(
        MONITOR,
        Scope("partner-import", "", "partners", ("env:prod", "service:partner-import")),
        "max:rabbitmq.queue.messages over env:prod,queue:partner.files was > 390 at least once "
        "during the last 5m.",
    )
    return story
