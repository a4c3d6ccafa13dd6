"""A downstream service runs out of memory first; the alerting service only suffers from it."""

from datetime import UTC, datetime

from scripts.stories.daily_life import Endpoint, Service, rising, steady, usual_logs
from scripts.stories.story import END, Monitor, Scope, Story

FIRST_SIGN = -16.0  # minutes: inventory's heap fills
DOWN = -9.0  # inventory stops answering
FELT = -6.0  # storefront feels it
PODS = ("inventory-5c8b-1", "inventory-5c8b-2")
FRONTS = ("storefront-a", "storefront-b", "storefront-c")

STOREFRONT = Service(
    name="storefront",
    version="9.31.0",
    hosts=FRONTS,
    endpoints=(
        Endpoint("GET /products/{n}", 85),
        Endpoint("GET /", 40),
        Endpoint("GET /categories/shoes", 110),
    ),
    warnings=(
        "template cache miss for product_card, rendering",
        "image {n} has no webp variant",
    ),
)
INVENTORY = Service(
    name="inventory",
    version="3.17.2",
    hosts=PODS,
    endpoints=(Endpoint("GET /stock/{n}", 14), Endpoint("POST /reservations", 28)),
    warnings=("G1 pause young (normal) took 212 ms",),
    chatter=("stock snapshot refreshed, {n} articles",),
)
MONITOR = Monitor(
    id=17730944,
    name="Storefront p95 latency is high",
    type="query alert",
    event_type="query_alert_monitor",
    query="avg(last_5m):avg:trace.http.request.duration.p95{env:prod,service:storefront} > 1.5",
    metric="trace.http.request.duration.p95",
    message="Pages are slow for customers. @webhook-rayne @slack-web-oncall",
)
HEAP = Monitor(
    id=17730950,
    name="JVM heap is nearly full",
    type="query alert",
    event_type="query_alert_monitor",
    query="avg(last_5m):avg:jvm.heap_used_percent{env:prod} by {service} > 92",
    metric="jvm.heap_used_percent",
    message="A JVM is about to run out of memory.",
    priority="P3",
)


def tell() -> Story:
    story = Story("failing-dependency", datetime(2026, 2, 3, 17, 5, tzinfo=UTC), seed=303)
    usual_logs(story, STOREFRONT, before=75, during=60)
    usual_logs(story, INVENTORY, before=55, during=20)
    _downstream_trouble(story)
    _upstream_trouble(story)
    _metrics(story)
    _spans(story)
    decoys = _changes(story)
    _inventory(story)
    story.monitor(HEAP, ["env:prod", "team:logistics"], "Alert")
    story.alert(
        MONITOR,
        Scope("storefront", FRONTS[0], "web", ("env:prod", "service:storefront")),
        "avg:trace.http.request.duration.p95 over env:prod,service:storefront was > 1.5 on "
        "average during the last 5m.",
    )
    story.expected = {
        "culprit_change": "none",
        "first_failing_service": "inventory",
        "decoy_changes": decoys,
        "keywords": ["inventory", "OutOfMemoryError", "heap", "timed out"],
    }
    return story


def _downstream_trouble(story: Story) -> None:
    for number, at in enumerate(story.moments(16, FIRST_SIGN, DOWN + 1)):
        pause = 900 + number * 210
        story.log(
            at, "inventory", f"G1 pause full (allocation failure) took {pause} ms, heap 97% used",
            "warn", host=PODS[number % 2], version="3.17.2",
        )  # fmt: skip
    for number, at in enumerate(story.moments(34, DOWN, END)):
        story.log(
            at, "inventory",
            "java.lang.OutOfMemoryError: Java heap space at "
            "com.acme.inventory.SnapshotCache.load(SnapshotCache.java:141)",
            "error", host=PODS[number % 2], version="3.17.2",
            error__kind="java.lang.OutOfMemoryError",
        )  # fmt: skip
    for number, at in enumerate(story.moments(5, DOWN + 2, END)):
        story.log(
            at, "inventory", "container killed with exit code 137, restarting",
            "critical", host=PODS[number % 2], version="3.17.2",
        )  # fmt: skip


def _upstream_trouble(story: Story) -> None:
    for number, at in enumerate(story.moments(60, FELT, END)):
        article = story.random.randrange(10000, 99999)
        if number % 3 == 2:
            story.log(
                at, "storefront", f"GET /products/{article} 504 {2040 + number}ms", "error",
                host=STOREFRONT.host(number), version="9.31.0", http__status_code=504,
            )  # fmt: skip
            continue
        story.log(
            at, "storefront",
            f"upstream inventory timed out after 2000 ms: GET http://inventory/stock/{article}",
            "error", host=STOREFRONT.host(number), version="9.31.0",
            error__kind="UpstreamTimeout", peer__service="inventory",
        )  # fmt: skip


def _metrics(story: Story) -> None:
    front = ("env:prod", "service:storefront")
    stock = ("env:prod", "service:inventory")
    story.metric(
        "trace.http.request.duration.p95",
        front,
        rising(story, low=0.31, high=2.45, starts=FELT, ramp=4),
    )
    story.metric(
        "trace.http.request.errors", front, rising(story, low=0.5, high=44, starts=FELT, ramp=5)
    )
    story.metric(
        "trace.http.request.errors", stock, rising(story, low=0.2, high=61, starts=DOWN, ramp=3)
    )
    story.metric(
        "jvm.heap_used_percent", stock, rising(story, low=71, high=99, starts=-45, ramp=32)
    )
    story.metric("trace.http.request.hits", front, steady(story, 910))


def _spans(story: Story) -> None:
    for number, at in enumerate(story.moments(26, -20, 5)):
        broken = at > DOWN
        felt = at > FELT
        trace = story.number()
        root = story.span(
            at, "storefront", "GET /products/{id}", 2050 if felt else 90,
            trace_id=trace, host=STOREFRONT.host(number), error=felt,
        )  # fmt: skip
        story.span(
            at + 0.0003, "inventory", "GET /stock/{id}", 2000 if broken else 15,
            trace_id=trace, parent_id=root, host=PODS[number % 2], error=broken,
        )  # fmt: skip


def _changes(story: Story) -> list[str]:
    story.event(
        -13, "alert", f"[Triggered on {{service:inventory}}] {HEAP.name}",
        "avg:jvm.heap_used_percent over service:inventory was > 92 on average during the last 5m.",
        "env:prod", "monitor", "service:inventory", "team:logistics",
    )  # fmt: skip
    return [
        story.event(
            -318, "feature_flag", "Flag winter-banner turned on for 100% in prod",
            "Changed by ana.lopez. Key: winter-banner.",
            "service:cms", "env:prod", "flag:winter-banner",
        ),
        story.event(
            -224, "deployment", "Deployed storefront 9.31.0 to prod",
            "Rolled out by deploy-bot in 5m12s. 9 commits.",
            "service:storefront", "env:prod", "version:9.31.0", "team:web",
        ),
        story.event(
            -52, "deployment", "Deployed newsletter 1.9.7 to prod",
            "Rolled out by deploy-bot in 1m36s. 1 commit.",
            "service:newsletter", "env:prod", "version:1.9.7", "team:marketing",
        ),
    ]  # fmt: skip


def _inventory(story: Story) -> None:
    for host in FRONTS:
        tags = ["env:prod", "service:storefront"]
        story.host(host, ["agent", "node"], tags, cpu=38.7, iowait=0.2, load=0.51)
    for host in PODS:
        tags = ["env:prod", "service:inventory"]
        story.host(host, ["agent", "java"], tags, cpu=96.4, iowait=0.6, load=2.12)
