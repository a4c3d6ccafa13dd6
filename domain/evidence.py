"""What was fetched for an analysis, each item with an id that claims cite."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from domain.values import Value


class Window(Value):
    """A span of time to look at, measured from the alert and never from now."""

    start: AwareDatetime
    end: AwareDatetime

    @classmethod
    def around(cls, moment: datetime, *, before: timedelta, after: timedelta) -> "Window":
        return cls(start=moment - before, end=moment + after)

    def preceding(self, span: timedelta) -> "Window":
        """The `span` that ends where this window starts: what to compare with."""
        return Window(start=self.start - span, end=self.start)


class Source(StrEnum):
    """Where evidence comes from; each can fail alone."""

    LOGS = "logs"
    BASELINE_LOGS = "baseline_logs"  # the same search over the time before the window
    EVENTS = "events"  # changes and other monitors' alerts, further back than the window
    HOST = "host"
    MONITOR = "monitor"
    METRICS = "metrics"  # the alert's own metric, baseline included
    RELATED_LOGS = "related_logs"  # error lines of other services in the same environment
    SPANS = "spans"  # failed and slow spans: who called whom, and who failed first
    HEALTH = "health"  # requests, errors and latency of the services around
    SIMILAR = "similar"  # past incidents from memory


class SourceStatus(StrEnum):
    """Three different truths; only the first two may support a claim."""

    FOUND = "found"
    NOTHING = "nothing_there"
    COULD_NOT_ASK = "could_not_ask"


class SourceResult(Value):
    """How asking one source ended. Small: it is what a workflow's history carries."""

    source: Source
    status: SourceStatus
    count: int = 0
    note: str = ""  # why it could not be asked, or what is missing from the answer


class LogLine(Value):
    logged_at: AwareDatetime
    message: str
    status: str = ""
    service: str = ""
    host: str = ""
    tags: tuple[str, ...] = ()
    trace_id: str = ""


class DatadogEvent(Value):
    """An event of Datadog's stream: a deployment, a flag, a commit, another monitor's alert."""

    event_id: str
    happened_at: AwareDatetime
    source: str
    title: str
    text: str = ""
    tags: tuple[str, ...] = ()

    def label(self, key: str) -> str:
        wanted = f"{key}:"
        return next((tag[len(wanted) :] for tag in self.tags if tag.startswith(wanted)), "")


class Host(Value):
    name: str
    up: bool
    muted: bool = False
    apps: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    cpu: float | None = None  # percent, as Datadog's host list gives it
    iowait: float | None = None  # percent
    load: float | None = None  # normalised 15-minute load


class Monitor(Value):
    monitor_id: int
    name: str
    type: str
    query: str
    message: str = ""
    state: str = ""  # Datadog's overall_state
    creator: str = ""
    tags: tuple[str, ...] = ()


class MetricPoint(Value):
    at: AwareDatetime
    value: float


class MetricSeries(Value):
    query: str
    scope: str = ""  # the group's tags, joined by ","
    unit: str = ""
    points: tuple[MetricPoint, ...] = ()


class SpanRecord(Value):
    """One span of a trace."""

    started_at: AwareDatetime
    duration_ms: float
    service: str
    resource: str = ""
    host: str = ""
    trace_id: str = ""
    span_id: str = ""
    parent_id: str = ""  # "" for a trace's first span
    error: bool = False
    error_message: str = ""  # what the tracer wrote of the error, its type first
    tags: tuple[str, ...] = ()


class EvidenceItem(Value):
    """One citable thing. `text` is all that a quote may be taken from."""

    id: str  # "log-3", "event-1", "tool-2-1": stable within one analysis
    source: Source
    text: str
    happened_at: AwareDatetime | None = None
