"""A share of errors that is high only because there is nearly no traffic. All is well."""

from collections.abc import Callable
from datetime import UTC, datetime

from scripts.stories.daily_life import Endpoint, Service, steady
from scripts.stories.scene import Burst, Call, Change, Machine, Scene, deployed, measure, play
from scripts.stories.story import Monitor, Scope, Story
from scripts.stories.voices import LOGFMT, NGINX

PARTNER = Service(
    name="partner-api",
    version="7.7.0",
    upgrade=(-19, "7.7.1"),
    hosts=("partner-api-1", "partner-api-2"),
    endpoints=(Endpoint("GET /v1/stock/{n}", 30), Endpoint("POST /v1/orders", 90)),
    warnings=("an upstream response is buffered to a temporary file",),
    errors=("GET /wp-login.php HTTP/1.1 404 {ip}", "GET /.env HTTP/1.1 404 {ip}"),
    voice=NGINX,
)
KEYS = Service(
    name="api-keys",
    version="1.3.0",
    hosts=("api-keys-1",),
    endpoints=(Endpoint("GET /keys/{hex}", 3),),
    warnings=("key {hex} unused for a year",),
    voice=LOGFMT,
)
SCENE = Scene(
    services=(PARTNER, KEYS),
    traces=(
        Call(
            "partner-api",
            "GET /v1/stock/{id}",
            12,
            (
                Call("api-keys", "GET /keys/{key}", 2),
                Call("stock", "GET /stock/{id}", 10),
            ),
        ),
    ),
    bursts=(
        Burst("partner-api", "error", ("GET /phpmyadmin/index.php HTTP/1.1 404 {ip}",), 5, -4, 0),
        Burst(
            "partner-api", "error", ("GET /phpmyadmin/index.php HTTP/1.1 404 {ip}",), 11, -340, -30
        ),
    ),
    changes=(
        deployed(
            -19,
            "partner-api",
            "7.7.1",
            "Rolled out by deploy-bot in 1m. 1 commit: docs.",
            team="partners",
        ),
        deployed(
            -240, "api-keys", "1.3.0", "Rolled out by deploy-bot. 6 commits.", team="partners"
        ),
        Change(
            -9,
            "configuration",
            "ConfigMap partner-quotas changed in prod (revision 77)",
            "Applied by tf-runner. One partner added.",
            ("service:partner-api", "env:prod", "configmap:partner-quotas"),
        ),
    ),
    machines=(
        Machine(PARTNER.hosts, "nginx", "partner-api", cpu=2),
        Machine(KEYS.hosts, "go", "api-keys", cpu=1),
        Machine(("nightly-etl-1",), "spark", "nightly-etl", cpu=99, load=6.0),
    ),
    keywords=("404", "traffic", "transient"),
)
MONITOR = Monitor(
    id=30110204,
    name="Partner API: share of failed requests",
    type="query alert",
    event_type="query_alert_monitor",
    query="max(last_5m):max:partner_api.failed.percent{env:prod,service:partner-api} > 20",
    metric="partner_api.failed.percent",
    message="Partners see errors. @webhook-rayne",
    priority="P4",
)


def tell() -> Story:
    story = Story("quiet-night", datetime(2026, 9, 24, 3, 47, tzinfo=UTC), seed=904)
    play(story, SCENE)
    partner = ("service:partner-api",)
    measure(story, "partner_api.failed.percent", partner, _share(story))
    measure(story, "partner_api.requests", partner, steady(story, 5, noise=0.4))
    measure(story, "partner_api.latency.p95", partner, steady(story, 0.09))
    story.alert(
        MONITOR,
        Scope("partner-api", "", "partners", ("env:prod", "service:partner-api")),
        "max:partner_api.failed.percent over env:prod,service:partner-api was > 20 at least once "
        "during the last 5m.",
    )
    return story


def _share(story: Story) -> Callable[[int], float]:
    """One failed request in a handful, now and then; two of them once."""

    def value(minute: int) -> float:
        if minute == -1:
            return 25.0
        return story.random.choice((0, 0, 0, 0, 0, 0, 12.5, 16.7))

    return value
