"""A payment provider outside is down. Ours was deployed minutes before, and is innocent."""

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
from scripts.stories.voices import GRPC, LOGFMT, PINO

OUTAGE = -7.0

TILL = Service(
    name="till",
    version="88.0.1",
    hosts=("till-0", "till-1", "till-2"),
    endpoints=(Endpoint("POST /pay", 460), Endpoint("GET /receipt/{n}", 20)),
    warnings=("3-D Secure abandoned by the shopper", "receipt {n} printed twice"),
    chatter=("payment {hex} settled",),
    errors=("card declined: insufficient_funds", "card declined: expired_card"),
    voice=PINO,
)
PAYMENTS = Service(
    name="payments",
    version="5.30.0",
    upgrade=(-18, "5.30.1"),
    hosts=("payments-6c-h2", "payments-6c-k8"),
    endpoints=(Endpoint("POST /acme.pay.v1.Payments/Authorise", 380),),
    warnings=("token {hex} close to its expiry", "provider answered slowly grpc.time_ms={ms}"),
    chatter=("ledger entry {n} written",),
    errors=("authorisation refused code=do_not_honor",),
    voice=GRPC,
)
FRAUD = Service(
    name="fraud-score",
    version="2.7.0",
    hosts=("fraud-score-1",),
    endpoints=(Endpoint("POST /score", 30),),
    warnings=("model features late by {ms}ms",),
    voice=LOGFMT,
)
SCENE = Scene(
    services=(TILL, PAYMENTS, FRAUD),
    traces=(
        Call(
            "till",
            "POST /pay",
            20,
            (
                Call(
                    "payments",
                    "/acme.pay.v1.Payments/Authorise",
                    15,
                    (
                        Call("fraud-score", "POST /score", 28),
                        Call("api.paybridge.example", "POST /v2/charges", 310),
                    ),
                ),
            ),
        ),
        Call("till", "GET /receipt/{id}", 9, (Call("receipts-db", "SELECT receipts", 3),)),
    ),
    troubles=(Trouble("api.paybridge.example", OUTAGE, adds_ms=7000, fails=0.8),),
    bursts=(
        Burst(
            "payments",
            "error",
            (
                (
                    "charge failed: api.paybridge.example answered 503 Service Unavailable, "
                    "x-request-id={hex}"
                ),
                (
                    "charge failed: context deadline exceeded (Client.Timeout while awaiting "
                    "headers) "
                    'Post "https://api.paybridge.example/v2/charges"'
                ),
            ),
            64,
            OUTAGE,
        ),
        Burst(
            "till",
            "error",
            ("payment {hex} not taken: 14 UNAVAILABLE: provider",),
            40,
            OUTAGE + 0.2,
        ),
        Burst("payments", "info", ("breaker paybridge open, probing in 30s",), 9, OUTAGE + 2),
        Burst("fraud-score", "warn", ("feature store lags, using yesterday's",), 16, -200),
    ),
    changes=(
        deployed(-204, "fraud-score", "2.7.0", "New model, shadow mode.", team="risk"),
        deployed(
            -18,
            "payments",
            "5.30.1",
            "Rolled out by deploy-bot in 2m. 2 commits: provider metrics renamed, linter.",
            team="money",
        ),
        Change(
            -11,
            "feature_flag",
            "Flag receipt-by-mail turned on for 50% in prod",
            "Changed by j.ito.",
            ("service:till", "env:prod", "flag:receipt-by-mail"),
        ),
        Change(
            -58,
            "configuration",
            "Secret paybridge-webhook rotated in prod",
            "Rotated on schedule by vault-agent.",
            ("service:payments", "env:prod", "config_key:paybridge-webhook"),
        ),
    ),
    machines=(
        Machine(TILL.hosts, "node", "till", cpu=31),
        Machine(PAYMENTS.hosts, "go", "payments", cpu=17),
        Machine(FRAUD.hosts, "python", "fraud-score", cpu=93, load=1.9),
    ),
    first_failing="api.paybridge.example",
    keywords=("paybridge", "503", "provider"),
)
MONITOR = Monitor(
    id=21008834,
    name="Payments fail at the till",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:till.payments.failed{env:prod,service:till}.as_count() > 250",
    metric="till.payments.failed",
    message="Shoppers cannot pay. @webhook-rayne @pagerduty-money",
    priority="P1",
)


def tell() -> Story:
    story = Story("provider-down", datetime(2026, 4, 2, 17, 31, tzinfo=UTC), seed=405)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("till", "", "money", ("env:prod", "service:till")),
        "sum:till.payments.failed over env:prod,service:till was > 250 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    till, payments = ("service:till",), ("service:payments",)
    failed = rising(story, low=4, high=110, starts=OUTAGE, ramp=7)
    measure(story, "till.payments.failed", till, failed)
    measure(story, "till.payments.started", till, steady(story, 190))
    measure(story, "payments.provider.latency.p95", (*payments, "provider:paybridge"),
            rising(story, low=0.4, high=8, starts=OUTAGE, ramp=2))  # fmt: skip
    measure(story, "payments.provider.latency.p95", (*payments, "provider:girocom"),
            steady(story, 0.5))  # fmt: skip
