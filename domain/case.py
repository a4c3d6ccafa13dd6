"""A case: the incident and its evidence, as an analyst gets it."""

from datetime import timedelta

from pydantic import AwareDatetime

from domain.alerts import Alert
from domain.analysis import AnalysisKey, AnalystKind
from domain.evidence import (
    DatadogEvent,
    EvidenceItem,
    Host,
    LogLine,
    MetricSeries,
    Monitor,
    Source,
    SourceResult,
    SourceStatus,
    SpanRecord,
    Window,
)
from domain.incidents import Incident
from domain.investigation import Budget, DailyBudget
from domain.memory import SimilarIncident
from domain.values import Value


class Frame(Value):
    """What an analysis looks at: fixed at its start, so that a late retry reads the same."""

    incident_id: int
    number: int
    incident_key: str
    title: str
    first_alert_at: AwareDatetime
    window: Window
    changes: Window  # where changes are looked for: further back
    monitor_id: int | None = None
    hosts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    env: str = ""
    scope: tuple[str, ...] = ()  # of the first alert
    metric_query: str = ""
    analyst: AnalystKind = AnalystKind.RULES  # who is asked first: Claude where a key is set
    model_deadline: timedelta = timedelta(minutes=15)  # then the rules analyst delivers
    budget: Budget = Budget()
    daily: DailyBudget = DailyBudget()

    @property
    def key(self) -> AnalysisKey:
        return AnalysisKey(incident_id=self.incident_id, number=self.number)


class Evidence(Value):
    """Everything fetched for one analysis. `sources` says how asking each source ended."""

    sources: tuple[SourceResult, ...] = ()
    logs: tuple[LogLine, ...] = ()
    baseline_logs: tuple[LogLine, ...] = ()
    events: tuple[DatadogEvent, ...] = ()
    host: Host | None = None
    monitor: Monitor | None = None
    metrics: tuple[MetricSeries, ...] = ()
    related_logs: tuple[LogLine, ...] = ()
    spans: tuple[SpanRecord, ...] = ()
    health: tuple[MetricSeries, ...] = ()
    similar: tuple[SimilarIncident, ...] = ()

    def status(self, source: Source) -> SourceStatus:
        """How asking `source` ended; a source nobody asked counts as could-not-ask."""
        for result in self.sources:
            if result.source is source:
                return result.status
        return SourceStatus.COULD_NOT_ASK

    def could_not_ask(self) -> tuple[SourceResult, ...]:
        return tuple(r for r in self.sources if r.status is SourceStatus.COULD_NOT_ASK)


class Prepared(Value):
    """A case without its secrets, as it was before similar incidents and tools: computed once."""

    incident: Incident
    alerts: tuple[Alert, ...]
    evidence: Evidence
    items: tuple[EvidenceItem, ...]


class Case(Value):
    """One incident to explain. `items` are the citable things, in the order of their ids."""

    incident: Incident
    alerts: tuple[Alert, ...]  # the incident's deliveries, oldest first
    frame: Frame
    evidence: Evidence
    items: tuple[EvidenceItem, ...]

    def item(self, evidence_id: str) -> EvidenceItem | None:
        return next((item for item in self.items if item.id == evidence_id), None)
