"""A session store is given less memory; people are signed out, and no service says error."""

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
from scripts.stories.voices import LOGFMT, RAILS

APPLIED = -28.0
EVICTING = -15.0

MEMBERS = Service(
    name="member-area",
    version="5.60.0",
    upgrade=(-10, "5.60.1"),
    hosts=("member-area-1", "member-area-2", "member-area-3"),
    endpoints=(Endpoint("GET /account", 70), Endpoint("POST /sign-in", 120)),
    warnings=("avatar of {n} served from the origin", "slow partial _offers ({ms}ms)"),
    chatter=("member {n} signed in",),
    errors=("newsletter form: invalid address",),
    voice=RAILS,
)
IDENTITY = Service(
    name="identity",
    version="30.2",
    hosts=("identity-a", "identity-b"),
    endpoints=(Endpoint("POST /token", 35), Endpoint("GET /sessions/{hex}", 4)),
    warnings=("clock of client {n} differs by {small}s", "password of {n} is on a breach list"),
    chatter=("token issued for client {small}",),
    errors=("sms to {n} undeliverable",),
    voice=LOGFMT,
)
STORE = Service(
    name="session-redis",
    version="7.4.1",
    hosts=("session-redis-0", "session-redis-1"),
    endpoints=(Endpoint("GET sess:{hex}", 1),),
    warnings=("Background saving took {ms} milliseconds",),
    chatter=("{n} changes in 300 seconds. Saving...",),
)
SCENE = Scene(
    services=(MEMBERS, IDENTITY, STORE),
    traces=(
        Call(
            "member-area",
            "GET /account",
            25,
            (Call("identity", "GET /sessions/{id}", 3, (Call("session-redis", "GET", 0.7),)),),
        ),
        Call(
            "member-area",
            "POST /sign-in",
            40,
            (Call("identity", "POST /token", 28, (Call("session-redis", "SETEX", 0.9),)),),
        ),
    ),
    troubles=(Trouble("identity", EVICTING, fails=0.4, resource="GET /sessions/{id}"),),
    bursts=(
        Burst(
            "identity",
            "warn",
            (
                "session {hex} not found although it was issued {small} minutes ago",
                "refresh refused, session {hex} is gone",
            ),
            54,
            EVICTING,
        ),
        Burst(
            "member-area",
            "warn",
            ("Redirected /account to /sign-in, no session",),
            44,
            EVICTING + 0.3,
        ),
        Burst(
            "session-redis",
            "info",
            ("evicted_keys={n} used_memory=512.0M maxmemory=512.0M",),
            16,
            EVICTING - 1,
        ),
        Burst(
            "member-area",
            "error",
            ("coupon service: 503, page shown without coupons",),
            10,
            -260,
            -40,
        ),
    ),
    changes=(
        Change(
            APPLIED,
            "terraform",
            "Apply complete: elasticache, 0 added, 2 changed, 0 destroyed",
            "Workspace data-stores, run by b.ferrari. Node type of session-redis "
            "cache.r7g.large -> cache.t4g.small, as part of the savings plan.",
            ("env:prod", "team:platform"),
            part="culprit",
        ),
        deployed(
            -66, "identity", "30.2", "Rolled out by deploy-bot in 3m. 4 commits.", team="identity"
        ),
        Change(
            -19,
            "feature_flag",
            "Flag passkeys turned on for 5% in prod",
            "Changed by y.tanaka. Key: passkeys.",
            ("service:identity", "env:prod", "flag:passkeys"),
        ),
        deployed(
            -10,
            "member-area",
            "5.60.1",
            "Rolled out by deploy-bot in 2m. 1 commit: a link in the footer.",
            team="members",
        ),
    ),
    machines=(
        Machine(MEMBERS.hosts, "ruby", "member-area", cpu=34),
        Machine(IDENTITY.hosts, "go", "identity", cpu=21),
        Machine(STORE.hosts, "redis", "session-redis", cpu=12),
        Machine(("render-farm-1",), "blender", "render-farm", cpu=100, load=15.0),
    ),
    first_failing="identity",
    keywords=("evicted", "session", "memory"),
)
MONITOR = Monitor(
    id=22480155,
    name="Members are signed out",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:identity.sessions.missing{env:prod,service:identity}.as_count() > 1180",
    metric="identity.sessions.missing",
    message="Members must sign in again and again. @webhook-rayne @slack-identity",
)


def tell() -> Story:
    story = Story("evicted-sessions", datetime(2026, 8, 26, 11, 52, tzinfo=UTC), seed=418)
    play(story, SCENE)
    identity, store = ("service:identity",), ("service:session-redis",)
    missing = rising(story, low=6, high=330, starts=EVICTING, ramp=16)
    measure(story, "identity.sessions.missing", identity, missing)
    measure(story, "identity.tokens.issued", identity, rising(
        story, low=140, high=420, starts=EVICTING, ramp=12))  # fmt: skip
    measure(story, "redis.keys.evicted", store, rising(
        story, low=0, high=5200, starts=EVICTING, ramp=4))  # fmt: skip
    measure(story, "member_area.visits", ("service:member-area",), steady(story, 2300))
    story.alert(
        MONITOR,
        Scope("identity", "", "identity", ("env:prod", "service:identity")),
        "sum:identity.sessions.missing over env:prod,service:identity was > 1180 during the last "
        "5m.",
    )
    return story
