"""A broker's log volume fills up with everyday data. No change did it."""

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
from scripts.stories.story import BASELINE, Monitor, Scope, Story
from scripts.stories.voices import LOGBACK, PLAIN, UVICORN

FULL = -8.0

INGEST = Service(
    name="meter-ingest",
    version="3.3.0",
    hosts=("meter-ingest-1", "meter-ingest-2"),
    endpoints=(Endpoint("POST /readings", 22), Endpoint("GET /meters/{n}", 9)),
    warnings=("meter {n} sends from the future", "reading {hex} is a repeat"),
    chatter=("{n} readings accepted",),
    errors=("meter {n} unknown, reading dropped",),
    voice=UVICORN,
)
BROKER = Service(
    name="kafka",
    version="3.7.0",
    hosts=("kafka-1", "kafka-2", "kafka-3"),
    endpoints=(Endpoint("PRODUCE readings-{small}", 4),),
    warnings=("Client session timed out after {n} ms",),
    chatter=("Rolled new log segment at offset {n} in {small} ms", "Deleted segment {n}"),
    voice=PLAIN,
)
BILLING = Service(
    name="usage-billing",
    version="15.1.1",
    hosts=("usage-billing-1",),
    endpoints=(Endpoint("GET /usage/{n}", 55),),
    warnings=("tariff {n} ends this month",),
    chatter=("usage of customer {n} summed",),
    voice=LOGBACK,
)
SCENE = Scene(
    services=(INGEST, BROKER, BILLING),
    traces=(
        Call("meter-ingest", "POST /readings", 9, (Call("kafka", "produce readings", 4),)),
        Call("usage-billing", "GET /usage/{id}", 40, (Call("billing-db", "SELECT usage", 8),)),
    ),
    troubles=(Trouble("kafka", FULL, adds_ms=4800, fails=0.6),),
    bursts=(
        Burst(
            "kafka",
            "error",
            (
                (
                    "Error while appending records to readings-{small} in dir /var/lib/kafka/data "
                    "(kafka.server.LogDirFailureChannel) java.io.IOException: No space left on "
                    "device"
                ),
                "Stopping serving logs in dir /var/lib/kafka/data",
            ),
            30,
            FULL,
            hosts=("kafka-3",),
        ),
        Burst(
            "kafka",
            "warn",
            ("[Partition readings-{small} broker=1] Shrinking ISR from 1,2,3 to 1,2",),
            24,
            FULL + 0.4,
            hosts=("kafka-1", "kafka-2"),
        ),
        Burst(
            "meter-ingest",
            "error",
            (
                (
                    "KafkaTimeoutError: Batch for TopicPartition(topic='readings', "
                    "partition={small}) "
                    "expired after 5000 ms"
                ),
                "NotLeaderForPartitionError: readings/{small}",
            ),
            60,
            FULL + 0.5,
        ),
        Burst("usage-billing", "warn", ("exchange rates are of yesterday",), 18, -240),
    ),
    changes=(
        deployed(
            -135, "meter-ingest", "3.3.0", "Rolled out by deploy-bot. 5 commits.", team="metering"
        ),
        deployed(
            -22,
            "usage-billing",
            "15.1.1",
            "Rolled out by deploy-bot in 3m. 2 commits.",
            team="finance",
        ),
        Change(
            -14,
            "terraform",
            "Apply complete: monitoring-dashboards, 4 changed",
            "Workspace observability, run by ci. Dashboards only.",
            ("env:prod",),
        ),
        Change(
            -6,
            "kubernetes",
            "Scaled deployment meter-ingest from 2 to 3 replicas",
            "HorizontalPodAutoscaler meter-ingest: queue above target.",
            ("kube_deployment:meter-ingest", "env:prod", "service:meter-ingest"),
        ),
    ),
    machines=(
        Machine(INGEST.hosts, "python", "meter-ingest", cpu=41),
        Machine(BROKER.hosts, "kafka", "kafka", cpu=63, iowait=9, load=1.0),
        Machine(BILLING.hosts, "java", "usage-billing", cpu=95, load=1.8),
    ),
    first_failing="kafka",
    keywords=("No space left on device", "kafka-3", "disk"),
)
MONITOR = Monitor(
    id=21377720,
    name="Readings are lost",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:meter_ingest.dropped{env:prod,service:meter-ingest}.as_count() > 200",
    metric="meter_ingest.dropped",
    message="Meter readings do not reach the broker. @webhook-rayne @slack-metering",
)


def tell() -> Story:
    story = Story("disk-full", datetime(2026, 5, 6, 6, 12, tzinfo=UTC), seed=408)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("meter-ingest", "meter-ingest-1", "metering", ("env:prod", "service:meter-ingest")),
        "sum:meter_ingest.dropped over env:prod,service:meter-ingest was > 200 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    dropped = rising(story, low=1, high=88, starts=FULL + 0.5, ramp=8)
    measure(story, "meter_ingest.dropped", ("service:meter-ingest",), dropped)
    for host, low, high in (("kafka-3", 83, 100), ("kafka-1", 61, 66), ("kafka-2", 60, 65)):
        filling = rising(story, low=low, high=high, starts=BASELINE, ramp=FULL - BASELINE)
        measure(story, "system.disk.in_use", ("service:kafka", f"host:{host}"), filling)
    measure(story, "meter_ingest.readings", ("service:meter-ingest",), steady(story, 2100))
