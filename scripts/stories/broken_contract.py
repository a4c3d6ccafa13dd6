"""A tax service's deployment drops a field; its callers' callers alert, not itself."""

from datetime import UTC, datetime

from scripts.stories.daily_life import Endpoint, Service, rising, steady, whole
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
from scripts.stories.voices import GRPC, LOGBACK, PINO

DEPLOYED = -12.0
SEEN = -10.5

MOBILE = Service(
    name="mobile-bff",
    version="4.190.0",
    upgrade=(-5, "4.191.0"),
    hosts=("mobile-bff-1", "mobile-bff-2", "mobile-bff-3"),
    endpoints=(Endpoint("GET /m/basket", 95), Endpoint("GET /m/home", 60)),
    warnings=("app version 7.{small} is too old for cards", "push token {hex} rejected"),
    chatter=("experiment {small} assigned",),
    errors=("GET /m/home: banner feed: unexpected token < in JSON at position 0",),
    voice=PINO,
)
CART = Service(
    name="cart",
    version="31.2.0",
    hosts=("cart-v31-a", "cart-v31-b"),
    endpoints=(Endpoint("GET /carts/{n}", 33), Endpoint("PUT /carts/{n}/lines", 48)),
    warnings=("cart {n} holds a delisted article", "lock on cart {n} waited {ms} ms"),
    chatter=("cart {n} expired",),
    errors=("cart {n}: stock answered 409",),
    voice=LOGBACK,
)
TAX = Service(
    name="tax",
    version="2.0.7",
    upgrade=(DEPLOYED + 0.5, "2.1.0"),
    hosts=("tax-77-f", "tax-77-g"),
    endpoints=(Endpoint("POST /acme.tax.v1.Tax/Assess", 7),),
    warnings=("postcode {n} lies in two counties",),
    chatter=("rates of county {small} loaded",),
    voice=GRPC,
)
SCENE = Scene(
    services=(MOBILE, CART, TAX),
    traces=(
        Call(
            "mobile-bff",
            "GET /m/basket",
            25,
            (
                Call(
                    "cart",
                    "GET /carts/{id}",
                    20,
                    (
                        Call("cart-redis", "GET", 0.8),
                        Call("tax", "/acme.tax.v1.Tax/Assess", 6),
                    ),
                ),
            ),
        ),
        Call(
            "mobile-bff",
            "GET /m/home",
            30,
            (Call("banners", "GET /feed", 20),),
            does_without=("banners",),
        ),
    ),
    # The tax service itself is content: it answers, only not what its caller was promised.
    troubles=(Trouble("cart", SEEN, adds_ms=4, fails=0.8, resource="GET /carts/{id}"),),
    bursts=(
        Burst(
            "cart",
            "error",
            (
                (
                    "c.a.cart.Totals - cannot total cart {n} java.lang.IllegalStateException: "
                    "TaxAssessment.reduced_rate not set in answer of tax"
                ),
                "c.a.cart.CartResource - GET /carts/{n} ended with 500",
            ),
            64,
            SEEN,
        ),
        Burst(
            "mobile-bff",
            "error",
            ("GET /m/basket: cart: AxiosError: Request failed with status code 500",),
            50,
            SEEN + 0.2,
        ),
        Burst(
            "tax", "info", ("field reduced_rate retired, callers should read bands",), 10, DEPLOYED
        ),
        Burst(
            "mobile-bff", "warn", ("certificate pin of an unknown CA reported by {ip}",), 22, -250
        ),
    ),
    changes=(
        deployed(-61, "cart", "31.2.0", "Rolled out by deploy-bot in 2m. 3 commits.", team="shop"),
        Change(
            -29,
            "feature_flag",
            "Flag compact-basket turned on for 20% in prod",
            "Changed by w.kim. Key: compact-basket.",
            ("service:mobile-bff", "env:prod", "flag:compact-basket"),
        ),
        deployed(
            DEPLOYED,
            "tax",
            "2.1.0",
            "Rolled out by deploy-bot in 58s. Bands replace single rates (RFC 31).",
            team="finance",
            part="culprit",
        ),
        deployed(
            -5, "mobile-bff", "4.191.0", "Rolled out by deploy-bot in 3m. 12 commits.", team="app"
        ),
    ),
    machines=(
        Machine(MOBILE.hosts, "node", "mobile-bff", cpu=52),
        Machine(CART.hosts, "java", "cart", cpu=44),
        Machine(TAX.hosts, "go", "tax", cpu=4),
        Machine(("ml-train-1",), "python", "ml-train", cpu=100, load=7.5),
    ),
    first_failing="cart",
    keywords=("reduced_rate", "2.1.0", "tax"),
)
MONITOR = Monitor(
    id=21744102,
    name="App: basket errors",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:bff.responses.5xx{env:prod,service:mobile-bff}.as_count() > 900",
    metric="bff.responses.5xx",
    message="The app shows no basket. @webhook-rayne @slack-app",
    priority="P1",
)


def tell() -> Story:
    story = Story("broken-contract", datetime(2026, 6, 9, 11, 3, tzinfo=UTC), seed=411)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("mobile-bff", "", "app", ("env:prod", "service:mobile-bff")),
        "sum:bff.responses.5xx over env:prod,service:mobile-bff was > 900 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    app = ("service:mobile-bff",)
    failing = rising(story, low=9, high=380, starts=SEEN, ramp=14)
    measure(story, "bff.responses.5xx", app, whole(failing))
    measure(story, "bff.responses.2xx", app, steady(story, 7400))
    measure(story, "cart.totals.failed", ("service:cart",),
            rising(story, low=1, high=390, starts=SEEN, ramp=13))  # fmt: skip
    measure(story, "tax.assessments", ("service:tax",), steady(story, 2600))
