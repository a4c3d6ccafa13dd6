"""A new image wants a variable that this environment lacks; its pods never come up."""

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
from scripts.stories.voices import NGINX, PINO, PLAIN

ROLLED_OUT = -9.0

INGRESS = Service(
    name="ingress",
    version="1.12.1",
    hosts=("ingress-nginx-4k", "ingress-nginx-9z"),
    endpoints=(Endpoint("GET /maps/tiles/{n}", 40), Endpoint("GET /maps/route", 180)),
    warnings=("a client request body is buffered to a temporary file /tmp/{n}",),
    errors=("SSL_read() failed (SSL: error:0A000126) while waiting for request, client: {ip}",),
    voice=NGINX,
)
ROUTER = Service(
    name="route-planner",
    version="4.18.0",
    upgrade=(-53, "4.18.1"),
    hosts=("route-planner-6f-a", "route-planner-6f-b"),
    endpoints=(Endpoint("GET /route", 150),),
    warnings=("no route for bicycles near {n}", "graph part {small} swapped out"),
    chatter=("route of {n} m found",),
    errors=("point {n} lies in the sea",),
    voice=PINO,
)
TRAFFIC = Service(
    name="live-traffic",
    version="0.61.2",
    upgrade=(ROLLED_OUT + 0.3, "0.62.0"),
    hosts=("live-traffic-d4-1", "live-traffic-d4-2"),
    endpoints=(Endpoint("GET /speeds/{n}", 7),),
    warnings=("segment {n} has not moved for an hour",),
    chatter=("feed applied, {n} segments",),
    voice=PLAIN,
)
SCENE = Scene(
    services=(INGRESS, ROUTER, TRAFFIC),
    traces=(
        Call(
            "ingress",
            "GET /maps/route",
            3,
            (Call("route-planner", "GET /route", 90, (Call("live-traffic", "GET /speeds", 6),)),),
        ),
        Call("ingress", "GET /maps/tiles/{id}", 2, (Call("tile-store", "GET", 9),)),
    ),
    troubles=(Trouble("live-traffic", ROLLED_OUT + 1, fails=0.9),),
    bursts=(
        Burst(
            "live-traffic",
            "error",
            (
                "panic: required key FEED_REGION missing value",
                "Back-off restarting failed container live-traffic in pod live-traffic-d4-{small}",
            ),
            30,
            ROLLED_OUT + 0.4,
        ),
        Burst(
            "route-planner",
            "error",
            (
                "speeds: connect ECONNREFUSED {ip}:8080",
                "route without live speeds refused by policy",
            ),
            56,
            ROLLED_OUT + 1,
        ),
        Burst(
            "ingress",
            "error",
            ('"GET /maps/route HTTP/1.1" 500 64 "-" 0.1{small}',),
            44,
            ROLLED_OUT + 1.3,
        ),
    ),
    changes=(
        deployed(
            -53, "route-planner", "4.18.1", "Rolled out by argo in 2m. 2 commits.", team="maps"
        ),
        Change(
            ROLLED_OUT,
            "argocd",
            "Application live-traffic synced to 0.62.0",
            "Revision 9c1f7ab. Several regions from one image.",
            ("service:live-traffic", "env:prod", "version:0.62.0", "team:maps"),
            part="culprit",
        ),
        Change(
            -21,
            "argocd",
            "Application tile-store synced to 3.0.4",
            "Revision 77ad0e1.",
            ("service:tile-store", "env:prod", "version:3.0.4", "team:maps"),
        ),
        Change(
            -3,
            "argocd",
            "Application route-planner synced to 4.18.1",
            "Revision 5b02c9e. Annotations only.",
            ("service:route-planner", "env:prod", "version:4.18.1", "team:maps"),
        ),
        Change(
            -7,
            "kubernetes",
            "Back-off restarting failed container in pod live-traffic-d4-1",
            "BackOff, 4 times in 2 minutes.",
            ("env:prod", "kube_deployment:live-traffic", "service:live-traffic"),
            part="",
        ),
    ),
    machines=(
        Machine(INGRESS.hosts, "nginx", "ingress", cpu=23),
        Machine(ROUTER.hosts, "node", "route-planner", cpu=94, load=1.7),
        Machine(TRAFFIC.hosts, "go", "live-traffic", cpu=2),
    ),
    first_failing="live-traffic",
    keywords=("FEED_REGION", "0.62.0", "panic"),
)
MONITOR = Monitor(
    id=23001458,
    name="Routes fail at the ingress",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:ingress.responses.5xx{env:prod,service:ingress}.as_count() > 800",
    metric="ingress.responses.5xx",
    message="Drivers get no route. @webhook-rayne @pagerduty-maps",
    priority="P1",
)


def tell() -> Story:
    story = Story("crash-loop", datetime(2026, 10, 7, 7, 21, tzinfo=UTC), seed=424)
    play(story, SCENE)
    ingress = ("service:ingress",)
    measure(story, "ingress.responses.5xx", ingress, rising(
        story, low=5, high=300, starts=ROLLED_OUT + 1, ramp=9))  # fmt: skip
    measure(story, "ingress.requests", ingress, steady(story, 3300))
    measure(story, "kubernetes.containers.restarts", ("service:live-traffic",), rising(
        story, low=0, high=14, starts=ROLLED_OUT, ramp=10))  # fmt: skip
    story.alert(
        MONITOR,
        Scope("ingress", "", "maps", ("env:prod", "service:ingress")),
        "sum:ingress.responses.5xx over env:prod,service:ingress was > 800 during the last 5m.",
    )
    return story
