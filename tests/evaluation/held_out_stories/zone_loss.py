"""One availability zone loses packets; what runs there suffers, whatever was deployed."""

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
from scripts.stories.voices import GRPC, LOGFMT, PINO

LOSS = -8.0
SICK = ("dispatch-eu1b-1", "fleet-eu1b-1")

DISPATCH = Service(
    name="dispatch",
    version="210.1",
    upgrade=(-13, "210.2"),
    hosts=("dispatch-eu1a-1", SICK[0], "dispatch-eu1c-1"),
    endpoints=(Endpoint("POST /rides", 140), Endpoint("GET /rides/{n}", 25)),
    warnings=("ride {n} offered to a driver far away", "surge area {small} recomputed late"),
    chatter=("ride {n} accepted",),
    errors=("ride {n} cancelled by rider",),
    voice=PINO,
)
FLEET = Service(
    name="fleet",
    version="88.0",
    hosts=("fleet-eu1a-1", SICK[1], "fleet-eu1c-1"),
    endpoints=(Endpoint("POST /acme.fleet.Positions/Nearby", 12),),
    warnings=("vehicle {n} silent for 90s",),
    chatter=("{n} positions taken in",),
    voice=GRPC,
)
MAPS = Service(
    name="routes",
    version="4.4.1",
    hosts=("routes-eu1a-1", "routes-eu1c-1"),
    endpoints=(Endpoint("GET /eta", 30),),
    warnings=("graph tile {n} older than a day",),
    errors=("no road near point {hex}",),
    voice=LOGFMT,
)
SCENE = Scene(
    services=(DISPATCH, FLEET, MAPS),
    traces=(
        Call(
            "dispatch",
            "POST /rides",
            30,
            (
                Call(
                    "fleet",
                    "/acme.fleet.Positions/Nearby",
                    8,
                    (Call("fleet-redis", "GEOSEARCH", 2),),
                ),
                Call("routes", "GET /eta", 25),
            ),
        ),
    ),
    troubles=(
        Trouble("fleet", LOSS, adds_ms=3000, fails=0.7, host=SICK[1]),
        Trouble("dispatch", LOSS, adds_ms=900, fails=0.2, host=SICK[0]),
    ),
    bursts=(
        Burst(
            "fleet",
            "error",
            (
                "read tcp {ip}:6379: i/o timeout",
                "transport: error while dialing: dial tcp {ip}:7000: connect: connection timed out",
            ),
            40,
            LOSS,
            hosts=(SICK[1],),
        ),
        Burst(
            "dispatch",
            "error",
            (
                "rides: fleet.Nearby: 4 DEADLINE_EXCEEDED, peer {ip}",
                "kafka: broker 2 not reachable, will be retried",
            ),
            44,
            LOSS + 0.2,
            hosts=(SICK[0],),
        ),
    ),
    changes=(
        deployed(
            -13,
            "dispatch",
            "210.2",
            "Rolled out by deploy-bot in 2m. 3 commits: tips in the receipt.",
            team="rides",
        ),
        deployed(
            -102, "fleet", "88.0", "Rolled out by deploy-bot in 6m. 11 commits.", team="fleet"
        ),
        Change(
            -21,
            "configuration",
            "ConfigMap routes-tiles changed in prod (revision 301)",
            "Applied by tile-builder, as every night.",
            ("service:routes", "env:prod", "configmap:routes-tiles"),
        ),
        Change(
            -3,
            "kubernetes",
            "Node ip-10-8-66-12 is not ready",
            "NodeNotReady, zone eu-1b.",
            ("env:prod", "host:ip-10-8-66-12"),
            part="",
        ),
    ),
    machines=(
        Machine(DISPATCH.hosts, "node", "dispatch", cpu=44),
        Machine(FLEET.hosts, "go", "fleet", cpu=37),
        Machine(MAPS.hosts, "go", "routes", cpu=94, load=2.2),
    ),
    first_failing="fleet",
    keywords=("eu1b", "timeout", "zone"),
)
MONITOR = Monitor(
    id=30110203,
    name="Ride requests fail",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:dispatch.rides.failed{env:prod,service:dispatch}.as_count() > 400",
    metric="dispatch.rides.failed",
    message="Riders find no car. @webhook-rayne @pagerduty-rides",
    priority="P1",
)


def tell() -> Story:
    story = Story("zone-loss", datetime(2026, 9, 17, 21, 4, tzinfo=UTC), seed=903)
    play(story, SCENE)
    rides = ("service:dispatch",)
    for host in DISPATCH.hosts:
        high = 86 if host == SICK[0] else 4
        failed = rising(story, low=2, high=high, starts=LOSS, ramp=5)
        measure(story, "dispatch.rides.failed", (*rides, f"host:{host}"), failed)
        lost = rising(story, low=1, high=940 if host == SICK[0] else 2, starts=LOSS, ramp=1)
        measure(story, "system.net.tcp.retrans_segs", (*rides, f"host:{host}"), lost)
    measure(story, "dispatch.rides.requested", rides, steady(story, 610))
    story.alert(
        MONITOR,
        Scope("dispatch", "", "rides", ("env:prod", "service:dispatch")),
        "sum:dispatch.rides.failed over env:prod,service:dispatch was > 400 during the last 5m.",
    )
    return story
