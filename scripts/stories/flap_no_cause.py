"""A metric blips over its threshold and returns; nothing changed, nothing broke."""

from datetime import UTC, datetime

from scripts.stories.daily_life import Endpoint, Service, steady, usual_logs
from scripts.stories.story import Monitor, Scope, Story

HOSTS = ("notifier-1", "notifier-2")
BLIPS = {-227: 318.0, -96: 307.0, -3: 334.0, -2: 322.0}  # minutes: lag in seconds

NOTIFIER = Service(
    name="notifier",
    version="1.22.3",
    hosts=HOSTS,
    endpoints=(Endpoint("POST /v2/messages", 18), Endpoint("GET /v2/messages/{n}", 7)),
    warnings=(
        "push token of device {n} expired, dropping it",
        "smtp relay answered 451, will try again in 60 s",
        "template order_shipped lacks language pt, using en",
    ),
    chatter=(
        "batch of {n} e-mails handed to the relay",
        "campaign digest {n} queued",
    ),
)
MONITOR = Monitor(
    id=19120085,
    name="Notification queue lag is high",
    type="query alert",
    event_type="query_alert_monitor",
    query="max(last_5m):max:notifier.queue.lag{env:prod,service:notifier} > 300",
    metric="notifier.queue.lag",
    message="Messages reach customers late. @webhook-rayne",
    priority="P4",
)


def tell() -> Story:
    story = Story("flap-no-cause", datetime(2026, 2, 19, 8, 40, tzinfo=UTC), seed=505)
    usual_logs(story, NOTIFIER, before=130, during=90)
    _metrics(story)
    _spans(story)
    decoys = _changes(story)
    for host in HOSTS:
        tags = ["env:prod", "service:notifier"]
        story.host(host, ["agent", "rabbitmq"], tags, cpu=22.0, iowait=0.5, load=0.31)
    story.alert(
        MONITOR,
        Scope("notifier", HOSTS[0], "messaging", ("env:prod", "service:notifier")),
        "max:notifier.queue.lag over env:prod,service:notifier was > 300 at least once during "
        "the last 5m.",
    )
    story.expected = {
        "culprit_change": "none",
        "first_failing_service": "",
        "decoy_changes": decoys,
        "keywords": ["transient", "returned", "lag"],
    }
    return story


def _metrics(story: Story) -> None:
    tags = ("env:prod", "service:notifier")
    usual = steady(story, 205, noise=0.11, wave=0.12)
    story.metric(
        "notifier.queue.lag", tags, lambda minute: BLIPS.get(minute, min(usual(minute), 288.0))
    )
    story.metric("notifier.queue.depth", tags, steady(story, 4200, noise=0.1))
    story.metric("notifier.sent", tags, steady(story, 1300, noise=0.05))


def _spans(story: Story) -> None:
    for number, at in enumerate(story.moments(16, -25, 5)):
        trace = story.number()
        root = story.span(
            at, "notifier", "POST /v2/messages", 19,
            trace_id=trace, host=NOTIFIER.host(number),
        )  # fmt: skip
        story.span(at + 0.0001, "rabbitmq", "publish", 3, trace_id=trace, parent_id=root)


def _changes(story: Story) -> list[str]:
    return [
        story.event(
            -327, "deployment", "Deployed notifier 1.22.3 to prod",
            "Rolled out by deploy-bot in 2m05s. 2 commits.",
            "service:notifier", "env:prod", "version:1.22.3", "team:messaging",
        ),
        story.event(
            -183, "github", "Merged #991 into main: explain the retry settings in the README",
            "acme/notifier: 1 file changed, README.md. Author: sfaulkner.",
            "service:notifier", "repository:acme/notifier",
        ),
        story.event(
            -88, "deployment", "Deployed billing 12.0.4 to prod",
            "Rolled out by deploy-bot in 3m33s. 3 commits.",
            "service:billing", "env:prod", "version:12.0.4", "team:finance",
        ),
    ]  # fmt: skip
