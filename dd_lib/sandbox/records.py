"""What a scenario is made of: the files' lines as values.

Fields beyond these are ignored, so that other tools may annotate a scenario; ids may be numbers.
"""

from datetime import timedelta
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class LogRecord(Record):
    timestamp: AwareDatetime
    message: str
    status: str = "info"
    service: str = ""
    host: str = ""
    tags: tuple[str, ...] = ()
    attributes: dict[str, JsonValue] = Field(default_factory=dict)

    def shifted(self, by: timedelta) -> Self:
        return self.model_copy(update={"timestamp": self.timestamp + by})


class MetricRecord(Record):
    timestamp: AwareDatetime
    metric: str = Field(min_length=1)
    value: float
    tags: tuple[str, ...] = ()

    def shifted(self, by: timedelta) -> Self:
        return self.model_copy(update={"timestamp": self.timestamp + by})


class SpanRecord(Record):
    start: AwareDatetime
    duration_ms: float = Field(ge=0)
    service: str
    resource: str = ""
    host: str = ""
    trace_id: str
    span_id: str
    parent_id: str | None = None
    error: bool = False
    tags: tuple[str, ...] = ()

    def shifted(self, by: timedelta) -> Self:
        return self.model_copy(update={"start": self.start + by})


class EventRecord(Record):
    """`alert_type` "" leaves it to the title; `details` only a change or an alert event has."""

    id: str
    timestamp: AwareDatetime
    source: str
    title: str
    text: str = ""
    tags: tuple[str, ...] = ()
    host: str = ""
    alert_type: str = ""
    priority: str = "normal"
    aggregation_key: str = ""
    category: str = ""
    details: dict[str, JsonValue] = Field(default_factory=dict)

    def shifted(self, by: timedelta) -> Self:
        return self.model_copy(update={"timestamp": self.timestamp + by})


class HostMetrics(Record):
    """What Datadog's host list shows: percent, percent, normalised 15-minute load."""

    cpu: float | None = None
    iowait: float | None = None
    load: float | None = None


class HostRecord(Record):
    name: str
    up: bool = True
    apps: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metrics: HostMetrics = HostMetrics()


class MonitorRecord(Record):
    id: int
    name: str
    type: str
    query: str
    message: str = ""
    tags: tuple[str, ...] = ()
    overall_state: str = "Alert"


class IncidentRecord(Record):
    """One of Datadog's own incidents, declared by people."""

    public_id: int
    title: str
    created: AwareDatetime
    severity: str = "UNKNOWN"
    state: str = "active"
    resolved: AwareDatetime | None = None
    services: tuple[str, ...] = ()

    def shifted(self, by: timedelta) -> Self:
        resolved = self.resolved + by if self.resolved else None
        return self.model_copy(update={"created": self.created + by, "resolved": resolved})


class Telemetry(Record):
    """Everything that can be asked for, in no promised order."""

    logs: tuple[LogRecord, ...] = ()
    metrics: tuple[MetricRecord, ...] = ()
    spans: tuple[SpanRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()
    hosts: tuple[HostRecord, ...] = ()
    monitors: tuple[MonitorRecord, ...] = ()
    incidents: tuple[IncidentRecord, ...] = ()

    def shifted(self, by: timedelta) -> "Telemetry":
        return self.model_copy(
            update={
                "logs": tuple(record.shifted(by) for record in self.logs),
                "metrics": tuple(record.shifted(by) for record in self.metrics),
                "spans": tuple(record.shifted(by) for record in self.spans),
                "events": tuple(record.shifted(by) for record in self.events),
                "incidents": tuple(record.shifted(by) for record in self.incidents),
            }
        )


class Synopsis(Record):
    """What a scenario is about. `webhook` is the delivery exactly as Datadog would POST it."""

    name: str
    kind: str  # of monitor, as $EVENT_TYPE says it
    title: str
    alert_at: AwareDatetime
    webhook: dict[str, JsonValue]


class Scenario(Synopsis):
    """One folder, whole: up to half a megabyte."""

    telemetry: Telemetry
