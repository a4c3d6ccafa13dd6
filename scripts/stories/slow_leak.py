"""Memory leaks since a deployment hours ago; the alert comes when the pods are killed."""

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
from scripts.stories.voices import LOGFMT, PINO

DEPLOYED = -288.0
KILLED = -10.0

DOCS = Service(
    name="doc-render",
    version="20.3.0",
    upgrade=(DEPLOYED, "20.4.0"),
    hosts=("doc-render-84-l2x", "doc-render-84-q7m"),
    endpoints=(Endpoint("POST /render/pdf", 640), Endpoint("GET /render/{n}/status", 8)),
    warnings=("font Inter-Bold not embedded, falling back", "page {small} overflows its box"),
    chatter=("document {n} rendered, {small} pages",),
    errors=("template {n} refers to an unknown partial",),
    voice=PINO,
)
CONTRACTS = Service(
    name="contracts",
    version="7.0.2",
    hosts=("contracts-a", "contracts-b"),
    endpoints=(Endpoint("POST /contracts/{n}/sign", 180), Endpoint("GET /contracts/{n}", 24)),
    warnings=("contract {n} opened by two people", "signature image above 1 MB"),
    chatter=("contract {n} signed",),
    voice=LOGFMT,
)
SCENE = Scene(
    services=(DOCS, CONTRACTS),
    traces=(
        Call(
            "contracts",
            "POST /contracts/{id}/sign",
            40,
            (Call("doc-render", "POST /render/pdf", 600, (Call("s3", "PutObject", 45),)),),
        ),
        Call("contracts", "GET /contracts/{id}", 10, (Call("contracts-db", "SELECT", 4),)),
    ),
    troubles=(
        Trouble("doc-render", -60, KILLED, adds_ms=900),
        Trouble("doc-render", KILLED, adds_ms=1800, fails=0.6),
    ),
    bursts=(
        Burst(
            "doc-render",
            "warn",
            (
                (
                    "Mark-sweep 4{n} (4120.3) -> 40{small}.1 MB, {ms} / 0.0 ms allocation failure; "
                    "scavenge might not succeed"
                ),
            ),
            34,
            -55,
        ),
        Burst(
            "doc-render",
            "critical",
            (
                (
                    "FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - "
                    "JavaScript heap out of memory"
                ),
            ),
            14,
            KILLED,
        ),
        Burst(
            "doc-render",
            "error",
            ("worker exited with code 134, {small} renders lost",),
            22,
            KILLED + 0.2,
        ),
        Burst(
            "contracts",
            "error",
            (
                "sign contract {n}: render: Post http://doc-render/render/pdf: EOF",
                "sign contract {n}: render: connect: connection refused",
            ),
            50,
            KILLED + 0.3,
        ),
    ),
    changes=(
        deployed(
            DEPLOYED,
            "doc-render",
            "20.4.0",
            "Rolled out by deploy-bot in 4m. 7 commits: "
            "keep parsed templates between requests, watermark, node 22.11.",
            team="documents",
            part="culprit",
        ),
        deployed(
            -52, "contracts", "7.0.2", "Rolled out by deploy-bot in 2m. 3 commits.", team="legal"
        ),
        Change(
            -34,
            "github",
            "Merged #611 into main: document the watermark option",
            "acme/doc-render: 1 file changed, docs/options.md.",
            ("service:doc-render", "repository:acme/doc-render"),
        ),
        deployed(-16, "mail-gateway", "1.90.4", "Rolled out by deploy-bot. 1 commit.", team="mail"),
    ),
    machines=(
        Machine(DOCS.hosts, "node", "doc-render", cpu=89, load=1.3),
        Machine(CONTRACTS.hosts, "go", "contracts", cpu=12),
    ),
    first_failing="doc-render",
    keywords=("heap out of memory", "20.4.0", "leak"),
)
MONITOR = Monitor(
    id=21239907,
    name="Contracts cannot be signed",
    type="query alert",
    event_type="query_alert_monitor",
    query="sum(last_5m):sum:contracts.sign.failed{env:prod,service:contracts}.as_count() > 90",
    metric="contracts.sign.failed",
    message="Customers cannot sign. @webhook-rayne @slack-legal",
)


def tell() -> Story:
    story = Story("slow-leak", datetime(2026, 4, 22, 13, 57, tzinfo=UTC), seed=407)
    play(story, SCENE)
    _metrics(story)
    story.alert(
        MONITOR,
        Scope("contracts", "", "legal", ("env:prod", "service:contracts")),
        "sum:contracts.sign.failed over env:prod,service:contracts was > 90 during the last 5m.",
    )
    return story


def _metrics(story: Story) -> None:
    failed = rising(story, low=0.3, high=26, starts=KILLED, ramp=9)
    measure(story, "contracts.sign.failed", ("service:contracts",), failed)
    for pod in DOCS.hosts:
        measure(story, "kubernetes.memory.usage_pct", ("service:doc-render", f"pod_name:{pod}"),
                rising(story, low=21, high=97, starts=DEPLOYED, ramp=270))  # fmt: skip
    measure(story, "doc_render.queue", ("service:doc-render",), steady(story, 6, noise=0.4))
