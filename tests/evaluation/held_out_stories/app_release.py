"""A new version of the phone app asks for what the server never knew; the server alerts."""

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
from scripts.stories.voices import LOGFMT, UVICORN

RELEASED = -74.0
ADOPTED = -20.0

STREAMS = Service(
    name="stream-api",
    version="1.77.0",
    upgrade=(-16, "1.77.1"),
    hosts=("stream-api-1", "stream-api-2"),
    endpoints=(Endpoint("GET /v4/shows/{n}", 32), Endpoint("GET /v4/resume", 15)),
    warnings=("manifest of {n} rebuilt", "drm license for {n} served late"),
    chatter=("heartbeat of {n} players",),
    errors=("thumbnail {n} not ready",),
    voice=UVICORN,
)
PROFILES = Service(
    name="viewer-profiles",
    version="12.4.0",
    hosts=("viewer-profiles-a", "viewer-profiles-b"),
    endpoints=(Endpoint("GET /viewers/{n}", 8),),
    warnings=("viewer {n} has no language",),
    chatter=("viewer {n} updated",),
    errors=("viewer {n} merged twice",),
    voice=LOGFMT,
)
SCENE = Scene(
    services=(STREAMS, PROFILES),
    traces=(
        Call(
            "stream-api",
            "GET /v4/shows/{id}",
            18,
            (Call("viewer-profiles", "GET /viewers/{id}", 6, (Call("viewers-db", "SELECT", 2),)),),
        ),
        Call("stream-api", "POST /v4/resume", 9),
    ),
    troubles=(Trouble("stream-api", ADOPTED, fails=0.5, resource="POST /v4/resume"),),
    bursts=(
        Burst(
            "stream-api",
            "error",
            (
                (
                    "POST /v4/resume 422: field position_ms: value is not a valid integer: '12.5' "
                    "(ua: AcmeTV/8.31 iOS)"
                ),
                "POST /v4/resume 422: field device: unknown value 'vision' (ua: AcmeTV/8.31 iOS)",
            ),
            60,
            ADOPTED,
        ),
        Burst("stream-api", "info", ("player start (ua: AcmeTV/8.30 iOS)",), 30, -330),
        Burst("stream-api", "info", ("player start (ua: AcmeTV/8.31 iOS)",), 40, RELEASED + 20),
    ),
    changes=(
        Change(
            RELEASED,
            "deployment",
            "Released AcmeTV 8.31 for iOS to the App Store, 100%",
            "Phased release ended early by product. Resume across devices.",
            ("service:tv-ios", "version:8.31", "env:prod", "team:apps"),
            part="culprit",
        ),
        deployed(
            -140,
            "viewer-profiles",
            "12.4.0",
            "Rolled out by deploy-bot in 2m. 3 commits.",
            team="viewers",
        ),
        deployed(
            -16,
            "stream-api",
            "1.77.1",
            "Rolled out by deploy-bot in 3m. 2 commits: metric names.",
            team="streams",
        ),
        Change(
            -5,
            "feature_flag",
            "Flag autoplay-next turned off for 100% in prod",
            "Changed by g.silva.",
            ("service:stream-api", "env:prod", "flag:autoplay-next"),
        ),
    ),
    machines=(
        Machine(STREAMS.hosts, "python", "stream-api", cpu=40),
        Machine(PROFILES.hosts, "go", "viewer-profiles", cpu=16),
        Machine(("transcode-1", "transcode-2"), "ffmpeg", "transcode", cpu=99, load=8.4),
    ),
    first_failing="stream-api",
    keywords=("8.31", "422", "resume"),
)
MONITOR = Monitor(
    id=22811903,
    name="Stream API refuses requests",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:streams.responses.4xx{env:prod,service:stream-api}.as_count() > 950",
    metric="streams.responses.4xx",
    message="Players cannot resume. @webhook-rayne @slack-streams",
)


def tell() -> Story:
    story = Story("app-release", datetime(2026, 9, 23, 20, 33, tzinfo=UTC), seed=422)
    play(story, SCENE)
    streams = ("service:stream-api",)
    measure(story, "streams.responses.4xx", streams, rising(
        story, low=18, high=270, starts=ADOPTED, ramp=24))  # fmt: skip
    measure(story, "streams.responses.2xx", streams, steady(story, 6100))
    measure(story, "players.active", (*streams, "app:8.31"), rising(
        story, low=0, high=2100, starts=RELEASED, ramp=90))  # fmt: skip
    story.alert(
        MONITOR,
        Scope("stream-api", "", "streams", ("env:prod", "service:stream-api")),
        "sum:streams.responses.4xx over env:prod,service:stream-api was > 950 during the last 5m.",
    )
    return story
