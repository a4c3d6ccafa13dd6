"""One machine's clock runs away after its host was moved; tokens are not valid yet there."""

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
from scripts.stories.voices import LOGBACK, NGINX

DRIFT = -10.0
SICK = "ledger-3"

PORTAL = Service(
    name="investor-portal",
    version="6.1",
    upgrade=(-22, "6.2"),
    hosts=("investor-portal-1", "investor-portal-2"),
    endpoints=(Endpoint("GET /portfolio/{n}", 140), Endpoint("GET /quotes", 40)),
    warnings=("upstream sent too big header",),
    errors=("rewrite or internal redirection cycle, client: {ip}",),
    voice=NGINX,
)
LEDGER = Service(
    name="ledger",
    version="19.0.8",
    hosts=("ledger-1", "ledger-2", SICK),
    endpoints=(Endpoint("GET /positions/{n}", 60),),
    warnings=("position {n} rounded", "price of {hex} is of yesterday"),
    chatter=("portfolio {n} valued",),
    errors=("corporate action {n} not understood",),
    voice=LOGBACK,
)
SCENE = Scene(
    services=(PORTAL, LEDGER),
    traces=(
        Call(
            "investor-portal",
            "GET /portfolio/{id}",
            6,
            (Call("ledger", "GET /positions/{id}", 40, (Call("ledger-db", "SELECT", 8),)),),
        ),
    ),
    troubles=(Trouble("ledger", DRIFT, fails=0.95, host=SICK),),
    bursts=(
        Burst(
            "ledger",
            "error",
            (
                (
                    "o.s.s.o.s.r.a.JwtAuthenticationProvider - Jwt used before {n}: nbf is in the "
                    "future"
                ),
                "c.a.ledger.Auth - token of investor-portal refused, 401",
            ),
            46,
            DRIFT,
            hosts=(SICK,),
        ),
        Burst(
            "ledger",
            "warn",
            ("chronyd: System clock wrong by -94.{n} seconds",),
            5,
            DRIFT - 1,
            hosts=(SICK,),
        ),
        Burst(
            "investor-portal",
            "error",
            ('"GET /portfolio/{n} HTTP/1.1" 502 17 {small}',),
            40,
            DRIFT + 0.2,
        ),
    ),
    changes=(
        deployed(
            -22,
            "investor-portal",
            "6.2",
            "Rolled out by deploy-bot in 2m. 7 commits: sign-in page.",
            team="invest",
        ),
        deployed(
            -170, "ledger", "19.0.8", "Rolled out by deploy-bot in 5m. 2 commits.", team="books"
        ),
        Change(
            -35,
            "vault",
            "Static role quotes-reader rotated",
            "Next rotation in 30 days.",
            ("env:prod", "service:quotes"),
        ),
    ),
    machines=(
        Machine(PORTAL.hosts, "nginx", "investor-portal", cpu=9),
        Machine(LEDGER.hosts, "java", "ledger", cpu=46),
    ),
    first_failing="ledger",
    keywords=("clock", "nbf", "ledger-3"),
)
MONITOR = Monitor(
    id=30110207,
    name="Portfolios fail",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:nginx.http.502{env:prod,service:investor-portal}.as_count() > 150",
    metric="nginx.http.502",
    message="Investors see an error. @webhook-rayne @slack-invest",
)


def tell() -> Story:
    story = Story("clock-drift", datetime(2026, 10, 15, 8, 2, tzinfo=UTC), seed=907)
    play(story, SCENE)
    portal = ("service:investor-portal",)
    measure(story, "nginx.http.502", portal, rising(story, low=1, high=46, starts=DRIFT, ramp=10))
    measure(story, "nginx.http.requests", portal, steady(story, 420))
    for host in LEDGER.hosts:
        offset = rising(story, low=0.004, high=94 if host == SICK else 0.005, starts=DRIFT, ramp=1)
        measure(story, "ntp.offset", ("service:ledger", f"host:{host}"), offset)
    story.alert(
        MONITOR,
        Scope("investor-portal", "", "invest", ("env:prod", "service:investor-portal")),
        "sum:nginx.http.502 over env:prod,service:investor-portal was > 150 during the last 5m.",
    )
    return story
