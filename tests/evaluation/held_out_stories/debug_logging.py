"""Somebody turns on verbose logging; the writing of it slows a service two calls below."""

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
from scripts.stories.voices import LOGBACK, NGINX, UVICORN

VERBOSE = -13.0
SLOW = -11.0

FRONT = Service(
    name="quote-web",
    version="71",
    hosts=("quote-web-1", "quote-web-2"),
    endpoints=(Endpoint("GET /quote/{n}", 160), Endpoint("POST /quote", 260)),
    warnings=("an upstream response is buffered to a temporary file",),
    errors=("client {ip} closed keepalive connection (104: Connection reset by peer)",),
    voice=NGINX,
)
UNDERWRITING = Service(
    name="underwriting",
    version="14.9.0",
    upgrade=(-37, "14.9.1"),
    hosts=("underwriting-x1", "underwriting-x2"),
    endpoints=(Endpoint("POST /decide", 120),),
    warnings=("decision {n} needs a person", "postcode {n} without a flood zone"),
    chatter=("decision {n}: accept",),
    errors=("credit bureau: no file on applicant {n}",),
    voice=UVICORN,
)
RULES = Service(
    name="risk-rules",
    version="8.3.3",
    hosts=("risk-rules-0", "risk-rules-1"),
    endpoints=(Endpoint("POST /evaluate", 30),),
    warnings=("rule {small} has no owner",),
    chatter=("rule set 2026-08 loaded, {n} rules",),
    voice=LOGBACK,
)
SCENE = Scene(
    services=(FRONT, UNDERWRITING, RULES),
    traces=(
        Call(
            "quote-web",
            "POST /quote",
            6,
            (
                Call(
                    "underwriting",
                    "POST /decide",
                    50,
                    (
                        Call("risk-rules", "POST /evaluate", 26),
                        Call("bureau-cache", "GET", 1.5),
                    ),
                ),
            ),
        ),
        Call("quote-web", "GET /quote/{id}", 5, (Call("quotes-db", "SELECT quotes", 7),)),
    ),
    troubles=(Trouble("risk-rules", SLOW, adds_ms=4200, fails=0.1),),
    bursts=(
        Burst(
            "risk-rules",
            "info",
            (
                "DEBUG c.a.risk.Engine - fact[{n}]=Applicant(age={small}, claims={small})",
                "TRACE c.a.risk.Engine - node {n} of rule {small} visited in {ms}us",
                "DEBUG o.a.h.wire - http-outgoing-{n} << [0x{hex}]",
            ),
            120,
            VERBOSE,
        ),
        Burst("risk-rules", "warn", ("appender FILE: queue full, caller waits",), 40, SLOW),
        Burst(
            "underwriting",
            "error",
            (
                "POST http://risk-rules/evaluate: httpx.ReadTimeout after 5.0 s",
                "decision {n} postponed, no risk score",
            ),
            40,
            SLOW + 1,
        ),
        Burst(
            "quote-web",
            "error",
            ('upstream timed out (110: Connection timed out), request: "POST /quote HTTP/1.1"',),
            30,
            SLOW + 2,
        ),
    ),
    changes=(
        deployed(
            -37,
            "underwriting",
            "14.9.1",
            "Rolled out by deploy-bot in 2m. 3 commits.",
            team="insurance",
        ),
        Change(
            -22,
            "github",
            "Merged #377 into main: rename evaluate to assess",
            "acme/risk-rules: 41 files changed. Goes out next week.",
            ("service:risk-rules", "repository:acme/risk-rules"),
        ),
        Change(
            VERBOSE,
            "consul",
            "Key apps/risk-rules/levels/root set to TRACE in prod",
            "Set by m.oduya in the web console. Was INFO.",
            ("service:risk-rules", "env:prod", "config_key:apps/risk-rules/levels/root"),
            part="culprit",
        ),
        deployed(
            -7,
            "quotes-export",
            "1.0.9",
            "Rolled out by deploy-bot. First of three.",
            team="insurance",
        ),
    ),
    machines=(
        Machine(FRONT.hosts, "nginx", "quote-web", cpu=9),
        Machine(UNDERWRITING.hosts, "python", "underwriting", cpu=27),
        Machine(RULES.hosts, "java", "risk-rules", cpu=72, iowait=47, load=2.8),
    ),
    first_failing="risk-rules",
    keywords=("TRACE", "appender", "log level"),
)
MONITOR = Monitor(
    id=22533840,
    name="Quotes take too long",
    type="query alert",
    event_type="query_alert_monitor",
    query="avg(last_5m):avg:quote.request.p95{env:prod,service:quote-web} > 2.6",
    metric="quote.request.p95",
    message="Customers leave before they see a price. @webhook-rayne @slack-insurance",
)


def tell() -> Story:
    story = Story("debug-logging", datetime(2026, 9, 2, 14, 38, tzinfo=UTC), seed=419)
    play(story, SCENE)
    measure(story, "quote.request.p95", ("service:quote-web",), rising(
        story, low=0.5, high=4.9, starts=SLOW + 1, ramp=14))  # fmt: skip
    measure(story, "quote.requests", ("service:quote-web",), steady(story, 190, wave=0.2))
    measure(story, "system.disk.write_time_pct", ("service:risk-rules",), rising(
        story, low=3, high=96, starts=VERBOSE, ramp=3))  # fmt: skip
    measure(story, "risk_rules.evaluations", ("service:risk-rules",), steady(story, 180))
    story.alert(
        MONITOR,
        Scope("quote-web", "", "insurance", ("env:prod", "service:quote-web")),
        "avg:quote.request.p95 over env:prod,service:quote-web was > 2.6 on average during the "
        "last 5m.",
    )
    return story
