"""A flag of the gateway begins to limit calls; a batch client behind it alerts."""

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
from scripts.stories.voices import LOGFMT, RAILS, UVICORN

ON = -15.0

SYNC = Service(
    name="erp-sync",
    version="3.3.3",
    upgrade=(-27, "3.3.4"),
    hosts=("erp-sync-1",),
    endpoints=(Endpoint("PUT /articles/{n}", 120), Endpoint("GET /stock?page={small}", 200)),
    warnings=("article {n} has no tax class", "page {small} came back empty"),
    chatter=("{n} articles in step",),
    errors=("article {n} refused: ean is not unique",),
    voice=RAILS,
)
GATEWAY = Service(
    name="public-api",
    version="90.2",
    hosts=("public-api-1", "public-api-2"),
    endpoints=(Endpoint("PUT /articles/{n}", 60), Endpoint("GET /stock", 90)),
    warnings=("token of client {small} expires soon",),
    chatter=("client {small} connected",),
    errors=("body of {ip} is not json",),
    voice=LOGFMT,
)
ARTICLES = Service(
    name="articles",
    version="12.0.0",
    hosts=("articles-1", "articles-2"),
    endpoints=(Endpoint("PUT /articles/{n}", 40),),
    warnings=("article {n} renamed",),
    voice=UVICORN,
)
SCENE = Scene(
    services=(SYNC, GATEWAY, ARTICLES),
    traces=(
        Call(
            "erp-sync",
            "PUT /articles/{id}",
            20,
            (
                Call(
                    "public-api",
                    "PUT /articles/{id}",
                    10,
                    (
                        Call(
                            "articles",
                            "PUT /articles/{id}",
                            25,
                            (Call("articles-db", "UPDATE", 5),),
                        ),
                    ),
                ),
            ),
        ),
    ),
    troubles=(Trouble("public-api", ON + 1, fails=0.7),),
    bursts=(
        Burst(
            "public-api",
            "warn",
            ("PUT /articles/{n} answered 429, client 14 is over 60/min",),
            50,
            ON + 1,
        ),
        Burst(
            "erp-sync",
            "error",
            (
                "Faraday::TooManyRequestsError (the server responded with status 429)",
                "article {n} not sent, given up after 5 tries",
            ),
            60,
            ON + 1.5,
        ),
    ),
    changes=(
        deployed(
            -27,
            "erp-sync",
            "3.3.4",
            "Rolled out by deploy-bot in 1m. 2 commits: rubocop.",
            team="integrations",
        ),
        Change(
            ON,
            "feature_flag",
            "Flag fair-use turned on for all clients in prod",
            "Changed by i.novotny. Key: fair-use. Protects everyone from one.",
            ("service:public-api", "env:prod", "flag:fair-use"),
            part="culprit",
        ),
        deployed(
            -6,
            "articles",
            "12.0.0",
            "Rolled out by deploy-bot in 4m. 20 commits: new data model.",
            team="range",
        ),
        Change(
            -44,
            "github",
            "Merged #45 into main: print the request id when a try fails",
            "acme/erp-sync: 1 file changed.",
            ("service:erp-sync", "repository:acme/erp-sync"),
        ),
    ),
    machines=(
        Machine(SYNC.hosts, "ruby", "erp-sync", cpu=88, load=1.1),
        Machine(GATEWAY.hosts, "go", "public-api", cpu=19),
        Machine(ARTICLES.hosts, "python", "articles", cpu=26),
    ),
    first_failing="public-api",
    keywords=("429", "fair-use", "limit"),
)
MONITOR = Monitor(
    id=30110206,
    name="ERP sync: articles not sent",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:erp_sync.articles.failed{env:prod,service:erp-sync}.as_count() > 120",
    metric="erp_sync.articles.failed",
    message="The shop shows old prices. @webhook-rayne @slack-integrations",
)


def tell() -> Story:
    story = Story("new-limit", datetime(2026, 10, 8, 10, 27, tzinfo=UTC), seed=906)
    play(story, SCENE)
    sync = ("service:erp-sync",)
    measure(story, "erp_sync.articles.failed", sync, whole(
        rising(story, low=1, high=36, starts=ON + 1, ramp=16)))  # fmt: skip
    measure(story, "erp_sync.articles.sent", sync, rising(
        story, low=310, high=62, starts=ON + 1, ramp=3))  # fmt: skip
    measure(story, "public_api.requests", ("service:public-api",), steady(story, 2700))
    story.alert(
        MONITOR,
        Scope("erp-sync", "erp-sync-1", "integrations", ("env:prod", "service:erp-sync")),
        "sum:erp_sync.articles.failed over env:prod,service:erp-sync was > 120 during the last 5m.",
    )
    return story
