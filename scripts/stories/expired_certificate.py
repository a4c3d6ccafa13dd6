"""A certificate reaches its last day. Nobody changed anything; things were deployed nearby."""

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
from scripts.stories.voices import LOGBACK, LOGFMT, NGINX

EXPIRY = -6.0

GATE = Service(
    name="staff-gateway",
    version="1.61",
    hosts=("staff-gateway-1", "staff-gateway-2"),
    endpoints=(Endpoint("GET /hr/people/{n}", 60), Endpoint("GET /hr/rota", 90)),
    warnings=("upstream sent too big header", "a client request body is buffered"),
    errors=("client intended to send too large body: {n} bytes",),
    voice=NGINX,
)
PEOPLE = Service(
    name="people",
    version="24.5.0",
    upgrade=(-12, "24.5.1"),
    hosts=("people-0", "people-1"),
    endpoints=(Endpoint("GET /people/{n}", 28), Endpoint("GET /rota/{n}", 35)),
    warnings=("person {n} has two managers", "rota {n} not published"),
    chatter=("photo of {n} resized",),
    errors=("export {n}: unknown cost centre",),
    voice=LOGBACK,
)
DIRECTORY = Service(
    name="directory-sync",
    version="0.9.4",
    hosts=("directory-sync-0",),
    endpoints=(Endpoint("GET /entries/{n}", 11),),
    warnings=("entry {n} without a mail address",),
    chatter=("{n} entries unchanged",),
    voice=LOGFMT,
)
SCENE = Scene(
    services=(GATE, PEOPLE, DIRECTORY),
    traces=(
        Call(
            "staff-gateway",
            "GET /hr/people/{id}",
            4,
            (
                Call(
                    "people",
                    "GET /people/{id}",
                    16,
                    (Call("directory-sync", "GET /entries/{id}", 7, (Call("ldap", "SEARCH", 4),)),),
                ),
            ),
        ),
        Call(
            "staff-gateway",
            "GET /hr/rota",
            4,
            (Call("people", "GET /rota/{week}", 22, (Call("people-db", "SELECT shifts", 5),)),),
        ),
    ),
    troubles=(Trouble("directory-sync", EXPIRY, fails=0.97),),
    bursts=(
        Burst(
            "directory-sync",
            "error",
            (
                (
                    "ldaps://ldap.acme.internal:636: tls: failed to verify certificate: x509: "
                    "certificate "
                    "has expired or is not yet valid: current time is after the certificate's "
                    "NotAfter"
                ),
            ),
            55,
            EXPIRY,
        ),
        Burst(
            "people",
            "error",
            (
                "c.a.people.DirectoryClient - directory answered 502 for {n}",
                (
                    "o.s.w.c.HttpServerErrorException$BadGateway: 502 Bad Gateway on GET request "
                    "for "
                    "http://directory-sync/entries/{n}"
                ),
            ),
            50,
            EXPIRY + 0.1,
        ),
        Burst(
            "staff-gateway",
            "error",
            ('"GET /hr/people/{n} HTTP/1.1" 500 {small}1',),
            40,
            EXPIRY + 0.2,
        ),
    ),
    changes=(
        deployed(
            -188, "directory-sync", "0.9.4", "Rolled out by deploy-bot. 1 commit.", team="identity"
        ),
        Change(
            -41,
            "configuration",
            "ConfigMap staff-gateway-tls changed in prod (revision 9)",
            "Applied by tf-runner. ssl_session_timeout 5m -> 10m.",
            ("service:staff-gateway", "env:prod", "configmap:staff-gateway-tls"),
        ),
        deployed(
            -12,
            "people",
            "24.5.1",
            "Rolled out in 2m: rota colours, dependency updates.",
            team="people",
        ),
        Change(
            -2,
            "github",
            "Merged #88 into main: rename a column in the export",
            "acme/people: 4 files changed.",
            ("service:people", "repository:acme/people"),
        ),
    ),
    machines=(
        Machine(GATE.hosts, "nginx", "staff-gateway", cpu=7),
        Machine(PEOPLE.hosts, "java", "people", cpu=24),
        Machine(DIRECTORY.hosts, "go", "directory-sync", cpu=5),
    ),
    first_failing="directory-sync",
    keywords=("certificate has expired", "ldap"),
)
MONITOR = Monitor(
    id=21601145,
    name="Staff portal answers with errors",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:nginx.http.5xx{env:prod,service:staff-gateway}.as_count() > 120",
    metric="nginx.http.5xx",
    message="Staff cannot see their rota. @webhook-rayne @slack-people",
    priority="P3",
)


def tell() -> Story:
    story = Story("expired-certificate", datetime(2026, 5, 31, 0, 6, tzinfo=UTC), seed=410)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("staff-gateway", "", "people", ("env:prod", "service:staff-gateway")),
        "sum:nginx.http.5xx over env:prod,service:staff-gateway was > 120 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    gate = ("service:staff-gateway",)
    failing = rising(story, low=0.8, high=52, starts=EXPIRY, ramp=6)
    measure(story, "nginx.http.5xx", gate, failing)
    measure(story, "nginx.http.requests", gate, steady(story, 160, wave=0.2))
    measure(story, "directory.lookups.failed", ("service:directory-sync",),
            rising(story, low=0, high=75, starts=EXPIRY, ramp=1))  # fmt: skip
