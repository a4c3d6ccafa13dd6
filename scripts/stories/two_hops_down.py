"""The edge alerts; two calls below it a pricing service was deployed with a null pointer."""

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
from scripts.stories.voices import LOGBACK, LOGFMT, NGINX

DEPLOYED = -14.0
BROKEN = -12.0

EDGE = Service(
    name="edge",
    version="2026.02.1",
    hosts=("edge-eu1-01", "edge-eu1-02", "edge-eu1-03"),
    endpoints=(Endpoint("GET /api/orders/{n}", 90), Endpoint("POST /api/quotes", 130)),
    warnings=("a client request body is buffered to a temporary file /var/cache/nginx/{n}",),
    errors=("recv() failed (104: Connection reset by peer) while reading client request line",),
    voice=NGINX,
)
QUOTES = Service(
    name="quotes",
    version="6.2.0",
    upgrade=(-71, "6.2.1"),
    hosts=("quotes-6b8-x2k", "quotes-6b8-p9w"),
    endpoints=(Endpoint("POST /v3/quotes", 80), Endpoint("GET /v3/quotes/{n}", 25)),
    warnings=("slow marshal of quote {n}", "idempotency key reused, answering from store"),
    chatter=("quote {n} priced in EUR", "quote {n} expired"),
    errors=("quote {n} refused: customer has no credit limit",),
    voice=LOGFMT,
)
RATES = Service(
    name="rate-engine",
    version="41.0",
    upgrade=(DEPLOYED + 0.8, "41.1"),
    hosts=("rate-engine-7f-a", "rate-engine-7f-b"),
    endpoints=(Endpoint("POST /rates/evaluate", 35), Endpoint("GET /rates/tables/{n}", 9)),
    warnings=("rule table {n} has overlapping bands, taking the first",),
    chatter=("evaluated {small} rules for contract {n}",),
    voice=LOGBACK,
)
SCENE = Scene(
    services=(EDGE, QUOTES, RATES),
    traces=(
        Call(
            "edge",
            "POST /api/quotes",
            6,
            (
                Call(
                    "quotes",
                    "POST /v3/quotes",
                    30,
                    (
                        Call("quotes-db", "SELECT customers", 4),
                        Call("rate-engine", "POST /rates/evaluate", 32),
                    ),
                ),
            ),
        ),
        Call("edge", "GET /api/orders/{id}", 5, (Call("order-history", "GET /orders/{id}", 40),)),
    ),
    troubles=(Trouble("rate-engine", BROKEN, fails=0.7),),
    bursts=(
        Burst(
            "rate-engine",
            "error",
            (
                (
                    "ERROR c.a.rates.EvaluateController - Servlet.service() threw exception "
                    "java.lang.NullPointerException: Cannot invoke "
                    '"com.acme.rates.Surcharge.basis()" '
                    'because "surcharge" is null'
                ),
                (
                    "ERROR c.a.rates.BandWalker - evaluation of contract {n} aborted\n"
                    "\tat com.acme.rates.BandWalker.step(BandWalker.java:212)"
                ),
            ),
            60,
            BROKEN,
        ),
        Burst(
            "quotes",
            "error",
            (
                "rates: unexpected status 500 from http://rate-engine:8080/rates/evaluate",
                "quote {n} not priced: rates: circuit half-open, giving up",
            ),
            50,
            BROKEN + 0.4,
        ),
        Burst(
            "edge",
            "error",
            (
                (
                    '"POST /api/quotes HTTP/1.1" 502 157 upstream: '
                    '"http://10.31.8.{small}:8443/v3/quotes"'
                ),
            ),
            45,
            BROKEN + 0.8,
        ),
    ),
    changes=(
        deployed(
            -71,
            "quotes",
            "6.2.1",
            "Canary passed. 3 commits, among them a new currency.",
            team="sales",
        ),
        Change(
            -44,
            "feature_flag",
            "Flag sepa-instant enabled for 5% in prod",
            "Changed by o.berg.",
            ("service:payouts", "env:prod", "flag:sepa-instant"),
        ),
        deployed(
            DEPLOYED,
            "rate-engine",
            "41.1",
            "Rollout complete, 2 of 2 pods. Surcharges may be left out of a contract; "
            "dependency updates.",
            team="pricing",
            part="culprit",
        ),
        deployed(
            -3,
            "edge",
            "2026.02.2",
            "Rolled out region by region: gzip level, one header.",
            team="platform",
        ),
    ),
    machines=(
        Machine(EDGE.hosts, "nginx", "edge", cpu=28),
        Machine(QUOTES.hosts, "go", "quotes", cpu=33),
        Machine(RATES.hosts, "java", "rate-engine", cpu=78, load=0.9),
    ),
    first_failing="rate-engine",
    keywords=("41.1", "NullPointerException", "surcharge"),
)
MONITOR = Monitor(
    id=20110431,
    name="Edge 5xx above budget",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:nginx.http.5xx{env:prod,service:edge}.as_count() > 500",
    metric="nginx.http.5xx",
    message="Too many failed requests at the edge. @webhook-rayne @slack-platform",
)


def tell() -> Story:
    story = Story("two-hops-down", datetime(2026, 2, 10, 10, 18, tzinfo=UTC), seed=401)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("edge", "", "platform", ("env:prod", "service:edge")),
        "sum:nginx.http.5xx over env:prod,service:edge was > 500 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    failing = rising(story, low=7, high=190, starts=BROKEN + 1, ramp=14)
    measure(story, "nginx.http.5xx", ("service:edge",), whole(failing))
    measure(story, "nginx.http.requests", ("service:edge",), steady(story, 2900))
    measure(story, "jvm.heap_used_percent", ("service:rate-engine",), steady(story, 74, noise=0.1))
    rates = rising(story, low=0.4, high=150, starts=BROKEN, ramp=6)
    measure(story, "rates.evaluate.failed", ("service:rate-engine",), whole(rates))
