"""A caller's new retry policy turns a hiccup into a storm; the service that is called alerts."""

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
from scripts.stories.voices import GRPC, LOGFMT, UVICORN

DEPLOYED = -23.0
HICCUP = -9.0  # a failover of the profile store, seconds long, as on most days
STORM = -8.6

FEED = Service(
    name="feed",
    version="52.0.3",
    upgrade=(DEPLOYED, "52.1.0"),
    hosts=("feed-1", "feed-2", "feed-3", "feed-4"),
    endpoints=(Endpoint("GET /feed/{n}", 110),),
    warnings=("feed of {n} shorter than a page", "ranking model answered late"),
    chatter=("feed of {n} rebuilt",),
    errors=("media of post {n} gone",),
    voice=UVICORN,
)
PROFILE = Service(
    name="profile",
    version="17.6.0",
    hosts=("profile-a", "profile-b", "profile-c"),
    endpoints=(Endpoint("GET /acme.profile.v2.Profiles/Get", 6),),
    warnings=("avatar {hex} above 2 MB", "profile {n} read while it is deleted"),
    chatter=("cache warmed, {n} profiles",),
    voice=GRPC,
)
CHAT = Service(
    name="chat",
    version="9.9.2",
    hosts=("chat-0", "chat-1"),
    endpoints=(Endpoint("POST /messages", 25),),
    warnings=("room {n} has more than 500 members",),
    voice=LOGFMT,
)
SCENE = Scene(
    services=(FEED, PROFILE, CHAT),
    traces=(
        Call(
            "feed",
            "GET /feed/{id}",
            40,
            (
                Call(
                    "profile",
                    "/acme.profile.v2.Profiles/Get",
                    4,
                    (Call("profile-store", "get_item", 2),),
                ),
                Call("profile", "/acme.profile.v2.Profiles/Get", 4),
                Call("profile", "/acme.profile.v2.Profiles/Get", 4),
            ),
        ),
        Call("chat", "POST /messages", 10, (Call("profile", "/acme.profile.v2.Profiles/Get", 4),)),
    ),
    troubles=(
        Trouble("profile-store", HICCUP, HICCUP + 0.4, adds_ms=800, fails=0.5),
        Trouble("profile", STORM, adds_ms=1900, fails=0.5, calls=4),
    ),
    bursts=(
        Burst("profile", "warn", ("store: leader changed, reads resume",), 3, HICCUP, HICCUP + 0.4),
        Burst("profile", "warn", ("store: leader changed, reads resume",), 5, -300, -60),
        Burst(
            "profile",
            "error",
            (
                "server overloaded, in-flight={n} limit=800 code=ResourceExhausted",
                "queue wait above deadline, dropping call code=DeadlineExceeded",
            ),
            60,
            STORM,
        ),
        Burst(
            "feed", "warn", ("profiles.Get attempt {small} of 30 failed, again at once",), 50, STORM
        ),
        Burst(
            "feed", "error", ("feed of {n}: profiles unavailable after 30 attempts",), 30, STORM + 1
        ),
        Burst(
            "chat",
            "error",
            ("post to room {n}: sender unknown: profile: DeadlineExceeded",),
            26,
            STORM + 0.6,
        ),
    ),
    changes=(
        deployed(
            -131, "profile", "17.6.0", "Rolled out by deploy-bot in 4m. 5 commits.", team="accounts"
        ),
        deployed(
            DEPLOYED,
            "feed",
            "52.1.0",
            "Rolled out by deploy-bot in 6m. 3 commits: be "
            "patient with profiles (fewer empty feeds), test data, lint.",
            team="feed",
            part="culprit",
        ),
        deployed(-15, "chat", "9.9.2", "Rolled out by deploy-bot in 1m. Emoji.", team="chat"),
        Change(
            -4,
            "kubernetes",
            "Scaled deployment profile from 3 to 6 replicas",
            "HorizontalPodAutoscaler profile: cpu above target.",
            ("kube_deployment:profile", "env:prod", "service:profile"),
        ),
    ),
    machines=(
        Machine(FEED.hosts, "python", "feed", cpu=58),
        Machine(PROFILE.hosts, "go", "profile", cpu=99, load=5.2),
        Machine(CHAT.hosts, "go", "chat", cpu=15),
    ),
    first_failing="profile",
    keywords=("attempt", "30 attempts", "retry"),
)
MONITOR = Monitor(
    id=21977260,
    name="Profiles: errors",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:grpc.server.errors{env:prod,service:profile}.as_count() > 9000",
    metric="grpc.server.errors",
    message="Profiles cannot be read. @webhook-rayne @pagerduty-accounts",
    priority="P1",
)


def tell() -> Story:
    story = Story("retry-storm", datetime(2026, 7, 1, 20, 15, tzinfo=UTC), seed=413)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("profile", "", "accounts", ("env:prod", "service:profile")),
        "sum:grpc.server.errors over env:prod,service:profile was > 9000 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    profile = ("service:profile",)
    errors = rising(story, low=14, high=4200, starts=STORM, ramp=9)
    measure(story, "grpc.server.errors", profile, errors)
    calls = rising(story, low=5200, high=61000, starts=STORM, ramp=3)
    measure(story, "grpc.server.started", (*profile, "caller:feed"), calls)
    measure(story, "grpc.server.started", (*profile, "caller:chat"), steady(story, 900))
    measure(story, "feed.requests", ("service:feed",), steady(story, 2100))
