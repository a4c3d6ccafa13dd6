"""A gateway's deployment asks one by one for what it asked at once; the one asked alerts."""

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
from scripts.stories.voices import LOGBACK, PINO, POSTGRES

DEPLOYED = -18.0

GATEWAY = Service(
    name="graph-gateway",
    version="2.90.4",
    upgrade=(DEPLOYED + 0.5, "2.91.0"),
    hosts=("graph-gateway-1", "graph-gateway-2", "graph-gateway-3"),
    endpoints=(Endpoint("POST /graphql", 95),),
    warnings=("query {hex} is 9 levels deep", "persisted query {hex} not found, sent in full"),
    chatter=("schema unchanged",),
    errors=("GraphQLError: Cannot return null for non-nullable field Review.author",),
    voice=PINO,
)
AUTHORS = Service(
    name="authors",
    version="6.1.1",
    hosts=("authors-a", "authors-b"),
    endpoints=(Endpoint("GET /authors?ids={n}", 12), Endpoint("GET /authors/{n}", 5)),
    warnings=("author {n} has two pen names", "page of {n} authors asked for"),
    chatter=("author {n} renamed",),
    errors=("portrait of author {n} missing",),
    voice=LOGBACK,
)
DATABASE = Service(
    name="authors-db",
    version="16.3",
    hosts=("authors-db-1",),
    endpoints=(Endpoint("SELECT * FROM authors WHERE id = {n}", 1),),
    warnings=("could not send data to client: Broken pipe",),
    chatter=("checkpoint complete: wrote {n} buffers",),
    voice=POSTGRES,
)
SCENE = Scene(
    services=(GATEWAY, AUTHORS, DATABASE),
    traces=(
        Call(
            "graph-gateway",
            "POST /graphql",
            30,
            (
                Call("reviews", "GET /reviews", 18),
                Call("authors", "GET /authors", 7, (Call("authors-db", "SELECT authors", 2),)),
            ),
        ),
        Call("authors", "GET /authors/{id}", 4, (Call("authors-db", "SELECT authors", 1.5),)),
    ),
    troubles=(Trouble("authors", DEPLOYED + 1, adds_ms=800, fails=0.35, calls=4),),
    bursts=(
        Burst(
            "authors",
            "error",
            (
                (
                    "c.z.h.p.HikariPool - authors-pool - Connection is not available, request "
                    "timed out "
                    "after 3000ms"
                ),
                "o.a.c.h.Http11NioProtocol - Maximum number of threads (200) reached",
            ),
            56,
            DEPLOYED + 2,
        ),
        Burst(
            "graph-gateway",
            "error",
            ("Review.author: 503: Service Unavailable from http://authors/authors/{n}",),
            40,
            DEPLOYED + 2.4,
        ),
        Burst("authors-db", "critical", ("sorry, too many clients already",), 14, DEPLOYED + 3),
    ),
    changes=(
        deployed(
            DEPLOYED,
            "graph-gateway",
            "2.91.0",
            "Rolled out by deploy-bot in 4m. 5 commits: "
            "resolvers in typescript, loader removed where it was not needed, deps.",
            team="api",
            part="culprit",
        ),
        deployed(
            -58, "authors", "6.1.1", "Rolled out by deploy-bot in 2m. 2 commits.", team="catalogue"
        ),
        Change(
            -25,
            "configuration",
            "ConfigMap authors-search changed in prod (revision 31)",
            "Applied by tf-runner. One synonym more.",
            ("service:authors", "env:prod", "configmap:authors-search"),
        ),
        Change(
            -8,
            "kubernetes",
            "Scaled deployment authors from 2 to 3 replicas",
            "HorizontalPodAutoscaler authors: cpu above target.",
            ("kube_deployment:authors", "env:prod", "service:authors"),
        ),
        deployed(
            -4, "reviews", "19.0.2", "Rolled out by deploy-bot in 1m. 1 commit.", team="catalogue"
        ),
    ),
    machines=(
        Machine(GATEWAY.hosts, "node", "graph-gateway", cpu=61),
        Machine(AUTHORS.hosts, "java", "authors", cpu=98, load=3.3),
        Machine(DATABASE.hosts, "postgres", "authors-db", cpu=77, iowait=5, load=1.4),
    ),
    first_failing="authors",
    keywords=("2.91.0", "loader", "graph-gateway"),
)
MONITOR = Monitor(
    id=22618872,
    name="Authors: failed requests",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:authors.http.failed{env:prod,service:authors}.as_count() > 1300",
    metric="authors.http.failed",
    message="Book pages lack their authors. @webhook-rayne @slack-catalogue",
)


def tell() -> Story:
    story = Story("chatty-gateway", datetime(2026, 9, 9, 17, 16, tzinfo=UTC), seed=420)
    play(story, SCENE)
    authors = ("service:authors",)
    measure(story, "authors.http.failed", authors, rising(
        story, low=4, high=420, starts=DEPLOYED + 2, ramp=20))  # fmt: skip
    measure(story, "authors.http.requests", (*authors, "client:graph-gateway"), rising(
        story, low=900, high=14200, starts=DEPLOYED, ramp=4))  # fmt: skip
    measure(story, "authors.http.requests", (*authors, "client:backoffice"), steady(story, 60))
    measure(story, "gateway.queries", ("service:graph-gateway",), steady(story, 880))
    story.alert(
        MONITOR,
        Scope("authors", "", "catalogue", ("env:prod", "service:authors")),
        "sum:authors.http.failed over env:prod,service:authors was > 1300 during the last 5m.",
    )
    return story
