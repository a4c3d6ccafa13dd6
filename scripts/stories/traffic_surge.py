"""A television advert brings six times the visitors. Nothing was changed that matters."""

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

SURGE = -9.0
FULL = -6.0

WEB = Service(
    name="landing-web",
    version="512",
    upgrade=(-47, "513"),
    hosts=("landing-web-1", "landing-web-2", "landing-web-3"),
    endpoints=(Endpoint("GET /", 35), Endpoint("GET /offer/{n}", 70)),
    warnings=("an upstream response is buffered to a temporary file", "conflicting server name"),
    errors=(
        'open() "/usr/share/nginx/html/favicon-{n}.ico" failed (2: No such file or directory)',
    ),
    voice=NGINX,
)
OFFERS = Service(
    name="offers",
    version="9.2.0",
    hosts=("offers-57-a", "offers-57-b"),
    endpoints=(Endpoint("GET /offers/{n}", 42), Endpoint("GET /offers/{n}/stock", 15)),
    warnings=("Pausing for GC took {ms} ms", "offer {n} without image"),
    chatter=("offer index reloaded, {n} entries",),
    errors=("unexpected end of stream from partner feed {small}",),
    voice=LOGBACK,
)
SCENE = Scene(
    services=(WEB, OFFERS),
    traces=(
        Call(
            "landing-web",
            "GET /offer/{id}",
            6,
            (Call("offers", "GET /offers/{id}", 30, (Call("offers-cache", "MGET", 1.2),)),),
        ),
        Call("landing-web", "GET /", 5, (Call("offers", "GET /offers/top", 20),)),
    ),
    troubles=(Trouble("offers", FULL, adds_ms=2600, fails=0.25),),
    bursts=(
        Burst(
            "offers",
            "error",
            (
                (
                    "o.a.t.u.t.TaskQueue - RejectedExecutionException: Task rejected from "
                    "ThreadPoolExecutor[Running, pool size = 200, active threads = 200, queued "
                    "tasks = "
                    "{n}]"
                ),
            ),
            40,
            FULL,
        ),
        Burst(
            "landing-web",
            "error",
            (
                (
                    "upstream timed out (110: Connection timed out) while reading response "
                    'header, "GET '
                    '/offer/{n}"'
                ),
                "limiting requests, excess: {small}.400 by zone perip",
                "512 worker_connections are not enough",
            ),
            60,
            FULL + 0.2,
        ),
        Burst(
            "landing-web",
            "info",
            (
                (
                    '{ip} - - "GET /offer/88112?utm_source=tv&utm_campaign=spring HTTP/1.1" 200 '
                    '{n} "-" '
                    '"Mozilla/5.0 (iPhone)" 0.0{small}'
                ),
            ),
            90,
            SURGE,
        ),
    ),
    changes=(
        deployed(
            -47, "landing-web", "513", "Rolled out in 1m50s. Cookie banner wording.", team="brand"
        ),
        deployed(-15, "newsletter", "3.3.9", "Rolled out by deploy-bot. 2 commits.", team="brand"),
        Change(
            -12,
            "feature_flag",
            "Flag hero-video turned off for 100% in prod",
            "Changed by r.santos: off again after the test.",
            ("service:landing-web", "env:prod", "flag:hero-video"),
        ),
        Change(
            -4,
            "kubernetes",
            "Scaled deployment offers from 2 to 4 replicas",
            "HorizontalPodAutoscaler offers: cpu utilization above target.",
            ("kube_deployment:offers", "env:prod", "service:offers"),
        ),
    ),
    machines=(
        Machine(WEB.hosts, "nginx", "landing-web", cpu=88, load=1.4),
        Machine(OFFERS.hosts, "java", "offers", cpu=99, load=3.2),
    ),
    first_failing="offers",
    rush=SURGE,
    keywords=("utm_campaign=spring", "traffic", "requests"),
)
MONITOR = Monitor(
    id=21150406,
    name="Landing page p95",
    type="query alert",
    event_type="query_alert_monitor",
    query="avg(last_5m):avg:nginx.request_time.p95{env:prod,service:landing-web} > 1.2",
    metric="nginx.request_time.p95",
    message="Landing pages are slow. @webhook-rayne",
)


def tell() -> Story:
    story = Story("traffic-surge", datetime(2026, 4, 12, 18, 22, tzinfo=UTC), seed=406)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("landing-web", "", "brand", ("env:prod", "service:landing-web")),
        "avg:nginx.request_time.p95 over env:prod,service:landing-web was > 1.2 on average during "
        "the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    web, offers = ("service:landing-web",), ("service:offers",)
    measure(story, "nginx.request_time.p95", web,
            rising(story, low=0.12, high=3.1, starts=FULL, ramp=7))  # fmt: skip
    measure(story, "nginx.requests.per_minute", web,
            rising(story, low=4100, high=25200, starts=SURGE, ramp=3))  # fmt: skip
    measure(story, "tomcat.threads.busy", offers,
            rising(story, low=34, high=200, starts=SURGE, ramp=3))  # fmt: skip
    measure(story, "offers.partner_feed.age", offers, steady(story, 44, noise=0.3))
