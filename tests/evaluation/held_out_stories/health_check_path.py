"""A balancer's health check is pointed at a page that is not there; the servers are well."""

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
from scripts.stories.voices import NGINX, UVICORN

APPLIED = -9.0
DRAINED = -7.0

DOOR = Service(
    name="front-door",
    version="alb",
    hosts=("front-door-a", "front-door-b"),
    endpoints=(Endpoint("GET /learn/courses/{n}", 80), Endpoint("GET /learn", 50)),
    warnings=("client closed the connection early, {ip}",),
    errors=("tls handshake with {ip} failed: no shared cipher",),
    voice=NGINX,
)
COURSES = Service(
    name="courses",
    version="17",
    upgrade=(-35, "18"),
    hosts=("courses-1", "courses-2", "courses-3"),
    endpoints=(Endpoint("GET /learn/courses/{n}", 60), Endpoint("GET /learn", 30)),
    warnings=("course {n} has no cover", "transcript {n} still pending"),
    chatter=("learner {n} finished lesson {small}",),
    errors=("video {n}: signed url expired",),
    voice=UVICORN,
)
SCENE = Scene(
    services=(DOOR, COURSES),
    traces=(
        Call(
            "front-door",
            "GET /learn/courses/{id}",
            3,
            (Call("courses", "GET /learn/courses/{id}", 40, (Call("courses-db", "SELECT", 6),)),),
        ),
        Call("player", "POST /progress", 10, (Call("courses", "POST /progress", 15),)),
    ),
    troubles=(Trouble("front-door", DRAINED, fails=0.9),),
    bursts=(
        Burst(
            "front-door",
            "error",
            (
                "503 target group tg-courses has no healthy targets, GET /learn/courses/{n}",
                (
                    "target courses-{small}:8000 failed checks: Health checks failed with these "
                    "codes: "
                    "[404]"
                ),
            ),
            66,
            APPLIED + 1,
        ),
        Burst("courses", "info", ('{ip}:{port} - "GET /healthz/ready HTTP/1.1" 404',), 40, APPLIED),
    ),
    changes=(
        deployed(-35, "courses", "18", "Rolled out by deploy-bot in 4m. 9 commits.", team="learn"),
        Change(
            APPLIED,
            "terraform",
            "Apply complete: edge-balancers, 0 added, 6 changed, 0 destroyed",
            "Workspace edge-balancers, run by ci for n.abara. One check path for all target "
            "groups: /healthz/ready.",
            ("env:prod", "team:platform", "service:front-door"),
            part="culprit",
        ),
        deployed(-4, "player", "3.12.5", "Rolled out by deploy-bot. 2 commits.", team="learn"),
        Change(
            -16,
            "feature_flag",
            "Flag transcripts turned on for 10% in prod",
            "Changed by c.lund.",
            ("service:courses", "env:prod", "flag:transcripts"),
        ),
    ),
    machines=(
        Machine(COURSES.hosts, "python", "courses", cpu=18),
        Machine(("transcoder-1", "transcoder-2"), "ffmpeg", "transcoder", cpu=100, load=7.9),
    ),
    first_failing="front-door",
    keywords=("health", "404", "/healthz/ready"),
)
MONITOR = Monitor(
    id=30110202,
    name="Learning site answers 5xx",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:aws.alb.5xx{env:prod,service:front-door}.as_count() > 700",
    metric="aws.alb.5xx",
    message="Learners see an error page. @webhook-rayne @slack-learn",
    priority="P1",
)


def tell() -> Story:
    story = Story("health-check-path", datetime(2026, 9, 10, 7, 55, tzinfo=UTC), seed=902)
    play(story, SCENE)
    door = ("service:front-door",)
    measure(story, "aws.alb.5xx", door, rising(story, low=2, high=330, starts=DRAINED, ramp=8))
    measure(story, "aws.alb.requests", door, steady(story, 1400))
    measure(story, "aws.alb.healthy_hosts", door, rising(
        story, low=3, high=0, starts=APPLIED + 1, ramp=1))  # fmt: skip
    story.alert(
        MONITOR,
        Scope("front-door", "", "learn", ("env:prod", "service:front-door")),
        "sum:aws.alb.5xx over env:prod,service:front-door was > 700 during the last 5m.",
    )
    return story
