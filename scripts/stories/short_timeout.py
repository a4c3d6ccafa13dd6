"""A proxy's timeout is lowered below what honest reports take; the reports are as ever."""

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

RELOADED = -10.0

PROXY = Service(
    name="insight-proxy",
    version="1.25.4",
    hosts=("insight-proxy-1", "insight-proxy-2"),
    endpoints=(Endpoint("GET /insight/reports/{n}", 6400), Endpoint("GET /insight/kpi", 300)),
    warnings=("upstream response is buffered to a temporary file /var/lib/nginx/proxy/{n}",),
    errors=("SSL_do_handshake() failed while SSL handshaking, client: {ip}",),
    voice=NGINX,
)
REPORTS = Service(
    name="reports",
    version="77.3",
    upgrade=(-29, "77.4"),
    hosts=("reports-blue-1", "reports-blue-2"),
    endpoints=(Endpoint("GET /reports/{n}", 6300), Endpoint("GET /kpi", 280)),
    warnings=("report {n} reads 3 years, this will take a while", "column {small} is all null"),
    chatter=("report {n} done in {n} ms",),
    errors=("report {n}: no rights on table sales_{small}",),
    voice=LOGBACK,
)
SCENE = Scene(
    services=(PROXY, REPORTS),
    traces=(
        Call(
            "insight-proxy",
            "GET /insight/reports/{id}",
            5,
            (
                Call(
                    "reports", "GET /reports/{id}", 900, (Call("warehouse", "SELECT facts", 5200),)
                ),
            ),
        ),
        Call("insight-proxy", "GET /insight/kpi", 4, (Call("reports", "GET /kpi", 260),)),
    ),
    troubles=(
        Trouble("insight-proxy", RELOADED, fails=0.75, resource="GET /insight/reports/{id}"),
    ),
    bursts=(
        Burst(
            "insight-proxy",
            "error",
            (
                (
                    "upstream timed out (110: Connection timed out) while reading response "
                    "header from "
                    'upstream, request: "GET /insight/reports/{n} HTTP/1.1"'
                ),
                '"GET /insight/reports/{n} HTTP/1.1" 504 167 rt=2.00{small}',
            ),
            64,
            RELOADED + 0.2,
        ),
        Burst(
            "insight-proxy",
            "info",
            ("signal 1 (SIGHUP) received, reconfiguring",),
            2,
            RELOADED,
            RELOADED + 0.1,
        ),
        Burst(
            "reports",
            "warn",
            ("client went away before report {n} was written",),
            40,
            RELOADED + 0.3,
        ),
        Burst(
            "reports", "error", ("warehouse: session {n} idle for too long, reconnected",), 12, -330
        ),
    ),
    changes=(
        deployed(
            -29,
            "reports",
            "77.4",
            "Blue is live. 6 commits: export to xlsx, new chart type.",
            team="insight",
        ),
        Change(
            -18,
            "github",
            "Merged #1402 into main: faster query for the churn report",
            "acme/reports: 2 files changed. Not released yet.",
            ("service:reports", "repository:acme/reports"),
        ),
        Change(
            RELOADED,
            "configuration",
            "Template proxy-defaults applied to 14 proxies",
            "ansible run by s.iqbal, role edge-hardening: proxy_read_timeout 2s, "
            "client_header_timeout 5s, server_tokens off.",
            ("env:prod", "team:platform", "service:insight-proxy"),
            part="culprit",
        ),
        deployed(-5, "warehouse-loader", "2.0.1", "Rolled out by deploy-bot.", team="data"),
    ),
    machines=(
        Machine(PROXY.hosts, "nginx", "insight-proxy", cpu=6),
        Machine(REPORTS.hosts, "java", "reports", cpu=82, load=1.2),
    ),
    first_failing="insight-proxy",
    keywords=("proxy_read_timeout", "504", "timed out"),
)
MONITOR = Monitor(
    id=22015573,
    name="Reports end with 504",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:nginx.http.504{env:prod,service:insight-proxy}.as_count() > 40",
    metric="nginx.http.504",
    message="Managers cannot open reports. @webhook-rayne @slack-insight",
    priority="P3",
)


def tell() -> Story:
    story = Story("short-timeout", datetime(2026, 7, 15, 8, 10, tzinfo=UTC), seed=414)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("insight-proxy", "", "insight", ("env:prod", "service:insight-proxy")),
        "sum:nginx.http.504 over env:prod,service:insight-proxy was > 40 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    proxy = ("service:insight-proxy",)
    gone = rising(story, low=0.1, high=12.5, starts=RELOADED, ramp=10)
    measure(story, "nginx.http.504", proxy, gone)
    measure(story, "nginx.http.requests", proxy, steady(story, 88))
    measure(story, "reports.duration.p50", ("service:reports",), steady(story, 6.2, noise=0.1))
    measure(story, "warehouse.slots.used", ("service:warehouse",), steady(story, 61, wave=0.25))
