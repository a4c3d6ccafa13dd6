"""A deployment of the alerting service breaks it; other services deploy innocently nearby."""

from datetime import UTC, datetime

from scripts.stories.daily_life import Endpoint, Service, rising, steady, usual_logs, whole
from scripts.stories.story import END, Monitor, Scope, Story

HOSTS = ("checkout-7d9f-a", "checkout-7d9f-b", "checkout-7d9f-c")
DEPLOYED = -9.0  # minutes
FIRST_ERROR = -7.5

CHECKOUT = Service(
    name="checkout",
    version="2.13.4",
    upgrade=(DEPLOYED + 1, "2.14.0"),
    hosts=HOSTS,
    endpoints=(
        Endpoint("POST /v1/orders", 140),
        Endpoint("GET /v1/cart/{n}", 35),
        Endpoint("POST /v1/cart/{n}/items", 48),
        Endpoint("GET /v1/orders/{n}", 30),
    ),
    warnings=(
        "slow query: SELECT discount FROM promotions took 612 ms",
        "retrying call to tax-service, attempt 2 of 3",
        "cart {n} has an expired coupon, ignoring it",
    ),
    chatter=(
        "order {n} placed, total 84.20 EUR",
        "payment authorised for order {n}",
        "published order.created for order {n}",
    ),
)
SEARCH = Service(
    name="search-api",
    version="5.2.0",
    hosts=("search-api-1",),
    endpoints=(Endpoint("GET /search?q=shoes", 60), Endpoint("GET /suggest?q=bo", 12)),
    warnings=("index segment merge took 1430 ms",),
)
MONITOR = Monitor(
    id=14205511,
    name="Checkout error rate is high",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:checkout.errors{env:prod,service:checkout}.as_count() > 250",
    metric="checkout.errors",
    message="Customers cannot place orders. @webhook-rayne @slack-shop-oncall",
    priority="P1",
)


def tell() -> Story:
    story = Story("bad-deploy", datetime(2026, 1, 15, 14, 32, tzinfo=UTC), seed=101)
    usual_logs(story, CHECKOUT, before=95, during=70)
    usual_logs(story, SEARCH, before=30, during=20)
    _failures(story)
    _metrics(story)
    _spans(story)
    culprit, decoys = _changes(story)
    _inventory(story)
    story.alert(
        MONITOR,
        Scope("checkout", HOSTS[0], "shop", ("env:prod", "service:checkout")),
        "sum:checkout.errors over env:prod,service:checkout was > 250 during the last 5m.",
    )
    story.expected = {
        "culprit_change": culprit,
        "first_failing_service": "checkout",
        "decoy_changes": decoys,
        "keywords": ["2.14.0", "Decimal", "TypeError", "price_total"],
    }
    return story


def _failures(story: Story) -> None:
    for number, at in enumerate(story.moments(75, FIRST_ERROR, END)):
        host = CHECKOUT.host(number)
        order = story.random.randrange(200000, 299999)
        if number % 4 == 3:
            story.log(
                at,
                "checkout",
                f"POST /v1/orders 500 {story.random.randrange(20, 45)}ms",
                "error",
                host=host,
                version="2.14.0",
                http__status_code=500,
            )
            continue
        story.log(
            at,
            "checkout",
            "TypeError: unsupported operand type(s) for +: 'decimal.Decimal' and 'float' "
            f"in price_total (pricing/totals.py:88), order {order}",
            "error",
            host=host,
            version="2.14.0",
            error__kind="TypeError",
            error__stack="File pricing/totals.py, line 88, in price_total\n"
            "    return subtotal + shipping_estimate(cart)",
        )
    for host, at in zip(HOSTS, (DEPLOYED + 0.2, DEPLOYED + 0.7, DEPLOYED + 1.3), strict=True):
        story.log(at, "checkout", "starting checkout 2.14.0", host=host, version="2.14.0")


def _metrics(story: Story) -> None:
    tags = ("env:prod", "service:checkout")
    for host in HOSTS:
        errors = whole(rising(story, low=0.4, high=21, starts=FIRST_ERROR, ramp=5))
        story.metric("checkout.errors", (*tags, f"host:{host}"), errors)
    story.metric("checkout.requests", tags, steady(story, 640))
    story.metric("checkout.latency.p95", tags, steady(story, 0.21))


def _spans(story: Story) -> None:
    for number, at in enumerate(story.moments(20, -15, 5)):
        broken = at > FIRST_ERROR
        trace = story.number()
        host = CHECKOUT.host(number)
        root = story.span(
            at, "checkout", "POST /v1/orders", 38 if broken else 150,
            trace_id=trace, host=host, error=broken,
        )  # fmt: skip
        story.span(
            at, "checkout", "price_total", 4,
            trace_id=trace, parent_id=root, host=host, error=broken,
        )  # fmt: skip
        if not broken:
            story.span(
                at + 0.001, "payments", "POST /authorise", 85, trace_id=trace, parent_id=root
            )


def _changes(story: Story) -> tuple[str, list[str]]:
    decoys = [
        story.event(
            -251, "deployment", "Deployed cart 1.40.2 to prod",
            "Rolled out by deploy-bot in 3m10s. 6 commits.",
            "service:cart", "env:prod", "version:1.40.2", "team:shop",
        ),
        story.event(
            -38, "deployment", "Deployed recommendations 0.92.0 to prod",
            "Rolled out by deploy-bot in 4m02s. New ranking model.",
            "service:recommendations", "env:prod", "version:0.92.0", "team:discovery",
        ),
        story.event(
            -4, "deployment", "Deployed search-api 5.2.1 to prod",
            "Rolled out by deploy-bot in 2m44s. Synonyms for the winter sale.",
            "service:search-api", "env:prod", "version:5.2.1", "team:discovery",
        ),
    ]  # fmt: skip
    story.event(
        -27, "github", "Merged #4812 into main: shipping estimate in the order total",
        "acme/checkout: 3 files changed, pricing/totals.py among them. Author: jmoreau.",
        "service:checkout", "repository:acme/checkout",
    )  # fmt: skip
    culprit = story.event(
        DEPLOYED, "deployment", "Deployed checkout 2.14.0 to prod",
        "Rolled out by deploy-bot in 1m50s, from 2.13.4. 2 commits: shipping estimate in the "
        "order total (#4812), bump of structlog.",
        "service:checkout", "env:prod", "version:2.14.0", "team:shop",
    )  # fmt: skip
    return culprit, decoys


def _inventory(story: Story) -> None:
    for host in HOSTS:
        story.host(
            host, ["agent", "python"], ["env:prod", "service:checkout", "region:eu-west-1"],
            cpu=31.5, iowait=0.4, load=0.42,
        )  # fmt: skip
    story.host(
        "search-api-1", ["agent", "elastic"], ["env:prod", "service:search-api"],
        cpu=44.0, iowait=1.1, load=0.61,
    )  # fmt: skip
