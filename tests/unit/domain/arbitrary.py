"""Any evidence at all, for laws that hold whatever Datadog answers."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from domain.analysis import Alternative, Category, Claim, Draft, Explanation
from domain.case import Case, Evidence
from domain.evidence import (
    DatadogEvent,
    Host,
    LogLine,
    MetricPoint,
    MetricSeries,
    Monitor,
    Source,
    SourceResult,
    SourceStatus,
    SpanRecord,
)
from domain.items import itemize
from domain.memory import SimilarIncident
from tests.factories import NOON, a_case, a_draft, a_frame, a_past_incident

moments = st.datetimes(
    min_value=datetime(2026, 1, 2, 5, 0),  # noqa: DTZ001 - hypothesis adds the zone itself
    max_value=datetime(2026, 1, 2, 13, 0),  # noqa: DTZ001 - hypothesis adds the zone itself
    timezones=st.just(UTC),
) | st.just(NOON)
names = st.sampled_from(["checkout", "payments", "web-1", "prod", "2.4.1", "new-tax", ""])
messages = st.text(max_size=120) | st.sampled_from(
    [
        "timeout calling payments",
        "connection refused to orders-db:5432",
        "HTTP 503 from http://payments:8080/pay/17",
        "TaxCalculator: rate is None for 'abc'",
        "Traceback (most recent call last):\n  File x\nKeyError: 'rate'",
        "x" * 3_000,
    ]
)
tags = st.lists(
    st.builds("{}:{}".format, st.sampled_from(["service", "env", "host", "version", "flag"]), names)
    | st.text(max_size=12),
    max_size=4,
).map(tuple)

log_lines = st.builds(
    LogLine,
    logged_at=moments,
    message=messages,
    status=st.sampled_from(["error", "warn", "info", "ERROR", ""]),
    service=names,
    host=names,
    tags=tags,
    trace_id=st.just(""),
)
events = st.builds(
    DatadogEvent,
    event_id=st.text(max_size=8),
    happened_at=moments,
    source=st.sampled_from(["deployment", "github", "feature_flag", "kubernetes", "alert", "x"]),
    title=st.text(max_size=60) | st.sampled_from(["Deployed checkout 2.4.1", "Flag new-tax on"]),
    text=st.text(max_size=60),
    tags=tags,
)
series = st.builds(
    MetricSeries,
    query=st.text(max_size=30),
    scope=st.text(max_size=10),
    unit=st.just(""),
    points=st.lists(st.builds(MetricPoint, at=moments, value=st.floats()), max_size=40).map(tuple),
)
span_ids = st.sampled_from(["1", "2", "3", ""])
spans = st.builds(
    SpanRecord,
    started_at=moments,
    duration_ms=st.floats(0, 1e6),
    service=names,
    resource=st.sampled_from(["POST /pay", "SELECT orders", ""]),
    trace_id=st.sampled_from(["t1", "t2"]),
    span_id=span_ids,
    parent_id=span_ids,
    error=st.booleans(),
    error_message=messages,
    tags=tags,
)
health = st.builds(
    lambda one, service, statistic: one.model_copy(
        update={"scope": f"service:{service},env:prod", "query": statistic}
    ),
    series,
    names,
    st.sampled_from(["hits", "error_rate", "latency_p99"]),
)
figures = st.none() | st.floats()
hosts = st.builds(
    Host, name=names, up=st.booleans(), cpu=figures, iowait=figures, load=figures, tags=tags
)
monitors = st.builds(
    Monitor, monitor_id=st.integers(), name=st.text(), type=st.text(), query=st.text()
)
similar = st.builds(
    SimilarIncident,
    incident=st.builds(lambda title: a_past_incident(title=title), st.text(max_size=40)),
    score=st.floats(allow_nan=False),
    similarity=st.none() | st.floats(0, 1),
)
answers = st.builds(
    SourceResult,
    source=st.sampled_from(Source),
    status=st.sampled_from(SourceStatus),
    note=st.sampled_from(["", "timed out"]),
)


def _some(things: st.SearchStrategy, at_most: int) -> st.SearchStrategy:
    return st.lists(things, max_size=at_most).map(tuple)


evidence = st.builds(
    Evidence,
    sources=_some(answers, 7),
    logs=_some(log_lines, 12),
    baseline_logs=_some(log_lines, 6),
    events=_some(events, 6),
    host=st.none() | hosts,
    monitor=st.none() | monitors,
    metrics=_some(series, 2),
    related_logs=_some(log_lines, 8),
    spans=_some(spans, 12),
    health=_some(health, 3),
    similar=_some(similar, 2),
)


def _case(found: Evidence) -> Case:
    frame = a_frame()
    return a_case(frame=frame, evidence=found, items=itemize(found, frame))


cases = evidence.map(_case)


@st.composite
def drafts_about(draw: st.DrawFn, case: Case) -> Draft:
    """Drafts by an analyst that now copies, now invents."""
    ids = st.sampled_from([*(item.id for item in case.items), "event-99", "none", ""])
    texts = [item.text for item in case.items] or [""]
    copied = st.sampled_from(texts).flatmap(
        lambda text: st.integers(0, len(text)).map(lambda at: text[at : at + 30])
    )
    claims = st.builds(Claim, statement=st.just("so"), evidence_id=ids, quote=copied | st.text())
    explanation = draw(
        st.builds(
            Explanation,
            summary=st.text(max_size=20),
            culprit_change=ids,
            first_failing_service=names,
            category=st.sampled_from(Category),
            claims=st.lists(claims, max_size=5).map(tuple),
            ruled_out=st.just((Alternative(explanation="a", ruled_out_by="b"),)),
            missing_evidence=st.lists(st.text(max_size=5), max_size=2).map(tuple),
        )
    )
    return a_draft(explanation=explanation)
