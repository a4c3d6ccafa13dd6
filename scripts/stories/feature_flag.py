"""A feature flag sends the traffic down a path that was never ready."""

from datetime import UTC, datetime

from scripts.stories.daily_life import Endpoint, Service, rising, steady, usual_logs, whole
from scripts.stories.story import END, Monitor, Scope, Story

FLAG = "avatar-pipeline-v2"
SWITCHED = -6.5  # minutes
HOSTS = ("profile-api-1", "profile-api-2")

PROFILE = Service(
    name="profile-api",
    version="7.4.0",
    hosts=HOSTS,
    endpoints=(
        Endpoint("GET /profiles/{n}", 22),
        Endpoint("PUT /profiles/{n}", 41),
        Endpoint("POST /profiles/{n}/avatar", 230),
    ),
    warnings=(
        "profile {n} uses a deprecated locale, falling back to en",
        "rate limiter: client mobile-ios at 90% of its budget",
    ),
    chatter=("avatar of profile {n} stored with pipeline v1",),
)
MEDIA = Service(
    name="media-proxy",
    version="2.3.9",
    hosts=("media-proxy-1",),
    endpoints=(Endpoint("GET /i/{n}.webp", 9),),
    warnings=("origin answered in 1240 ms, serving stale",),
)
MONITOR = Monitor(
    id=18550317,
    name="Too many 5xx answers from profile-api",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:profile_api.responses.5xx{env:prod,service:profile-api}.as_count() "
    "> 180",
    metric="profile_api.responses.5xx",
    message="profile-api answers with errors. @webhook-rayne @slack-identity",
)


def tell() -> Story:
    story = Story("feature-flag", datetime(2026, 2, 11, 10, 18, tzinfo=UTC), seed=404)
    usual_logs(story, PROFILE, before=90, during=75)
    usual_logs(story, MEDIA, before=30, during=20)
    culprit, decoys = _changes(story)
    _failures(story)
    _metrics(story)
    _spans(story)
    _inventory(story)
    story.alert(
        MONITOR,
        Scope("profile-api", HOSTS[0], "identity", ("env:prod", "service:profile-api")),
        "sum:profile_api.responses.5xx over env:prod,service:profile-api was > 180 during the "
        "last 5m.",
    )
    story.expected = {
        "culprit_change": culprit,
        "first_failing_service": "profile-api",
        "decoy_changes": decoys,
        "keywords": [FLAG, "AccessDenied", "avatars-v2"],
    }
    return story


def _changes(story: Story) -> tuple[str, list[str]]:
    decoys = [
        story.event(
            -131, "deployment", "Deployed profile-api 7.4.0 to prod",
            "Rolled out by deploy-bot in 2m20s. 5 commits, avatar pipeline v2 behind a flag.",
            "service:profile-api", "env:prod", "version:7.4.0", "team:identity",
        ),
        story.event(
            -41, "deployment", "Deployed media-proxy 2.3.9 to prod",
            "Rolled out by deploy-bot in 1m58s. 1 commit.",
            "service:media-proxy", "env:prod", "version:2.3.9", "team:media",
        ),
        story.event(
            -16, "feature_flag", "Flag checkout-banner-copy turned on for 50% in prod",
            "Changed by tom.berg. Key: checkout-banner-copy.",
            "service:checkout", "env:prod", "flag:checkout-banner-copy",
        ),
    ]  # fmt: skip
    culprit = story.event(
        SWITCHED, "feature_flag", f"Flag {FLAG} turned on for 100% in prod",
        f"Changed by ines.wolff, from 0%. Key: {FLAG}. Comment: ready for everybody.",
        "service:profile-api", "env:prod", f"flag:{FLAG}",
    )  # fmt: skip
    return culprit, decoys


def _failures(story: Story) -> None:
    for number, at in enumerate(story.moments(70, SWITCHED + 0.4, END)):
        profile = story.random.randrange(10000, 99999)
        host = PROFILE.host(number)
        if number % 3 == 2:
            story.log(
                at, "profile-api", f"POST /profiles/{profile}/avatar 502 {310 + number}ms",
                "error", host=host, version="7.4.0", http__status_code=502,
            )  # fmt: skip
            continue
        story.log(
            at, "profile-api",
            f"{FLAG}: storing avatar of profile {profile} failed: AccessDenied on PutObject to "
            "bucket acme-avatars-v2",
            "error", host=host, version="7.4.0",
            error__kind="AccessDenied", feature_flag__key=FLAG,
        )  # fmt: skip


def _metrics(story: Story) -> None:
    tags = ("env:prod", "service:profile-api")
    for host in HOSTS:
        failed = whole(rising(story, low=0.3, high=27, starts=SWITCHED, ramp=3))
        story.metric("profile_api.responses.5xx", (*tags, f"host:{host}"), failed)
    story.metric("profile_api.responses.2xx", tags, steady(story, 780))
    story.metric("profile_api.latency.p95", tags, steady(story, 0.12))


def _spans(story: Story) -> None:
    for number, at in enumerate(story.moments(20, -14, 5)):
        broken = at > SWITCHED
        trace = story.number()
        root = story.span(
            at, "profile-api", "POST /profiles/{id}/avatar", 320 if broken else 235,
            trace_id=trace, host=PROFILE.host(number), error=broken,
        )  # fmt: skip
        story.span(
            at + 0.0005, "aws.s3", "PutObject acme-avatars-v2" if broken else "PutObject avatars",
            45, trace_id=trace, parent_id=root, host=PROFILE.host(number), error=broken,
        )  # fmt: skip


def _inventory(story: Story) -> None:
    for host in HOSTS:
        tags = ["env:prod", "service:profile-api"]
        story.host(host, ["agent", "go"], tags, cpu=27.9, iowait=0.2, load=0.36)
    tags = ["env:prod", "service:media-proxy"]
    story.host("media-proxy-1", ["agent", "nginx"], tags, cpu=12.3, iowait=0.9, load=0.2)
