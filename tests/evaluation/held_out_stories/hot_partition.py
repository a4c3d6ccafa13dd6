"""A producer's deployment sends everything to one partition; the consumer's lag alerts."""

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

DEPLOYED = -24.0
LAGGING = -20.0

EVENTS = Service(
    name="order-events",
    version="2.40.0",
    upgrade=(DEPLOYED + 1, "2.41.0"),
    hosts=("order-events-1", "order-events-2"),
    endpoints=(Endpoint("POST /events", 9),),
    warnings=("batch of {small} events sent late", "event {hex} carries no tenant"),
    chatter=("{n} events produced to orders.v3",),
    errors=("event {hex} refused: larger than 1 MB",),
    voice=LOGFMT,
)
INDEXER = Service(
    name="order-index",
    version="5.8.2",
    upgrade=(-11, "5.8.3"),
    hosts=("order-index-0", "order-index-1", "order-index-2"),
    endpoints=(Endpoint("PUT /index/{n}", 14),),
    warnings=("commit of offsets took {ms} ms", "document {n} replaced within a second"),
    chatter=("poll returned {small} records",),
    errors=("document {n}: field notes longer than 32766 bytes",),
    voice=LOGBACK,
)
SCENE = Scene(
    services=(EVENTS, INDEXER),
    traces=(
        Call("order-events", "POST /events", 5, (Call("kafka", "produce orders.v3", 3),)),
        Call("order-index", "consume orders.v3", 6, (Call("elastic", "bulk", 12),)),
    ),
    troubles=(Trouble("order-index", LAGGING, adds_ms=300, host="order-index-1"),),
    bursts=(
        Burst(
            "order-index",
            "warn",
            (
                "partition orders.v3-7 is {n} records behind, others are level",
                "Member consumer-{hex} sending LeaveGroup: consumer poll timeout has expired",
            ),
            44,
            LAGGING + 3,
            hosts=("order-index-1",),
        ),
        Burst(
            "order-events", "info", ("partitioner: sticky key tenant-default",), 12, DEPLOYED + 1
        ),
    ),
    changes=(
        deployed(
            DEPLOYED,
            "order-events",
            "2.41.0",
            "Rolled out by deploy-bot in 2m. 2 commits: "
            "partition by tenant, so that a tenant's events stay in order.",
            team="orders",
            part="culprit",
        ),
        deployed(
            -11,
            "order-index",
            "5.8.3",
            "Rolled out by deploy-bot in 3m. 1 commit: log format.",
            team="search",
        ),
        Change(
            -140,
            "kubernetes",
            "Node pool workers upgraded to 1.31.4",
            "9 of 9 nodes.",
            ("env:prod",),
        ),
        Change(
            -6,
            "feature_flag",
            "Flag order-notes turned on for 100% in prod",
            "Changed by h.vogel.",
            ("service:backoffice", "env:prod", "flag:order-notes"),
        ),
    ),
    machines=(
        Machine(EVENTS.hosts, "go", "order-events", cpu=21),
        Machine(INDEXER.hosts, "java", "order-index", cpu=57, load=0.9),
    ),
    first_failing="order-index",
    keywords=("partition", "2.41.0", "tenant"),
)
MONITOR = Monitor(
    id=30110201,
    name="Order index lags behind",
    type="query alert",
    event_type="query_alert_monitor",
    query="max(last_5m):max:kafka.consumer.lag{env:prod,service:order-index} > 95000",
    metric="kafka.consumer.lag",
    message="Back office does not see new orders. @webhook-rayne",
)


def tell() -> Story:
    story = Story("hot-partition", datetime(2026, 9, 3, 13, 20, tzinfo=UTC), seed=901)
    play(story, SCENE)
    index = ("service:order-index",)
    for partition in range(6, 9):
        high = 148000 if partition == 7 else 700
        lag = rising(story, low=420, high=high, starts=LAGGING, ramp=29)
        measure(story, "kafka.consumer.lag", (*index, f"partition:{partition}"), lag)
    measure(story, "order_events.produced", ("service:order-events",), steady(story, 5100))
    measure(story, "order_index.indexed", index, rising(
        story, low=5050, high=1700, starts=LAGGING, ramp=4))  # fmt: skip
    story.alert(
        MONITOR,
        Scope("order-index", "", "search", ("env:prod", "service:order-index")),
        "max:kafka.consumer.lag over env:prod,service:order-index was > 95000 at least once "
        "during the last 5m.",
    )
    return story
