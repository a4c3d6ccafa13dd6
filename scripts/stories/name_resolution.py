"""A change of the internal DNS zone makes one name vanish; the checkout sees it last."""

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
from scripts.stories.voices import LOGFMT, PINO, UVICORN

APPLIED = -16.0
EXPIRED = -11.0  # when the cached answers ran out

SHOP = Service(
    name="shop-api",
    version="1304",
    upgrade=(-97, "1305"),
    hosts=("shop-api-1", "shop-api-2", "shop-api-3"),
    endpoints=(Endpoint("POST /checkout", 210), Endpoint("GET /me", 18)),
    warnings=("event loop lag {ms}ms", "session {hex} renewed early"),
    chatter=("order {n} confirmed",),
    errors=("coupon service: 404 for code SPRING{small}",),
    voice=PINO,
)
SHIPPING = Service(
    name="shipping-quote",
    version="8.1.0",
    hosts=("shipping-quote-a", "shipping-quote-b"),
    endpoints=(Endpoint("POST /quotes", 70),),
    warnings=("carrier table {small} is stale", "zone of postcode {n} guessed"),
    chatter=("{small} carriers answered",),
    voice=LOGFMT,
)
GEO = Service(
    name="geo-lookup",
    version="2.2.9",
    hosts=("geo-lookup-1",),
    endpoints=(Endpoint("GET /geo/{n}", 6),),
    warnings=("no elevation for cell {n}",),
    voice=UVICORN,
)
SCENE = Scene(
    services=(SHOP, SHIPPING, GEO),
    traces=(
        Call(
            "shop-api",
            "POST /checkout",
            50,
            (
                Call(
                    "shipping-quote",
                    "POST /quotes",
                    20,
                    (
                        Call("geo-lookup", "GET /geo/{cell}", 5),
                        Call("carrier-rates", "GET /rates", 30),
                    ),
                ),
                Call("shop-db", "INSERT orders", 6),
            ),
        ),
        Call("shop-api", "GET /me", 8, (Call("shop-db", "SELECT customers", 3),)),
    ),
    troubles=(Trouble("shipping-quote", EXPIRED, adds_ms=200, fails=0.85),),
    bursts=(
        Burst(
            "shipping-quote",
            "error",
            (
                (
                    "GET http://carrier-rates.svc.acme.internal:8080/rates: dial tcp: lookup "
                    "carrier-rates.svc.acme.internal on 169.254.20.10:53: no such host"
                ),
            ),
            60,
            EXPIRED,
        ),
        Burst(
            "shop-api",
            "error",
            (
                "checkout {n}: shipping: Request failed with status code 502",
                "checkout {n} stopped: no way to ship it",
            ),
            50,
            EXPIRED + 0.3,
        ),
        Burst(
            "geo-lookup", "error", ("tile server answered 429, {small} tiles skipped",), 14, -210
        ),
    ),
    changes=(
        deployed(
            -97, "shop-api", "1305", "Rolled out by deploy-bot in 4m. 8 commits.", team="shop"
        ),
        deployed(
            -24,
            "geo-lookup",
            "2.2.9",
            "Rolled out by deploy-bot. New tiles for Norway.",
            team="maps",
        ),
        Change(
            APPLIED,
            "terraform",
            "Apply complete: network-core, 0 added, 3 changed, 1 destroyed",
            "Workspace network-core, run by p.novak. Private hosted zones tidied: records "
            "without an owner tag removed, TTL 300.",
            ("env:prod", "team:network"),
            part="culprit",
        ),
        Change(
            -9,
            "kubernetes",
            "Rolling restart of daemonset log-shipper finished",
            "14 of 14 nodes.",
            ("env:prod", "kube_deployment:log-shipper"),
        ),
    ),
    machines=(
        Machine(SHOP.hosts, "node", "shop-api", cpu=36),
        Machine(SHIPPING.hosts, "go", "shipping-quote", cpu=11),
        Machine(GEO.hosts, "python", "geo-lookup", cpu=87, load=1.5),
    ),
    first_failing="shipping-quote",
    keywords=("no such host", "carrier-rates", "hosted zones"),
)
MONITOR = Monitor(
    id=21540031,
    name="Checkouts fail",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:shop.checkout.failed{env:prod,service:shop-api}.as_count() > 350",
    metric="shop.checkout.failed",
    message="Orders are lost. @webhook-rayne @pagerduty-shop",
    priority="P1",
)


def tell() -> Story:
    story = Story("name-resolution", datetime(2026, 5, 14, 9, 41, tzinfo=UTC), seed=409)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("shop-api", "", "shop", ("env:prod", "service:shop-api")),
        "sum:shop.checkout.failed over env:prod,service:shop-api was > 350 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    shop, shipping = ("service:shop-api",), ("service:shipping-quote",)
    failed = rising(story, low=3, high=140, starts=EXPIRED, ramp=14)
    measure(story, "shop.checkout.failed", shop, failed)
    measure(story, "shop.checkout.started", shop, steady(story, 420))
    measure(story, "shipping.quotes.failed", shipping,
            rising(story, low=0.5, high=150, starts=EXPIRED, ramp=9))  # fmt: skip
    measure(story, "coredns.responses.nxdomain", ("kube_namespace:kube-system",),
            rising(story, low=12, high=460, starts=EXPIRED, ramp=6))  # fmt: skip
