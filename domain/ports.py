"""Everything Rayne needs from the outside world, one protocol per role.

Every method may raise a `domain.errors.RayneError` and nothing else.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.alerts import Alert
from domain.analysis import (
    AnalysisKey,
    AnalysisRecord,
    Conclusion,
    Draft,
)
from domain.case import Case, Evidence, Frame, Prepared
from domain.deliveries import Delivery, EventStatus, Receipt, StoredEvent
from domain.digest import Digest
from domain.downtimes import Downtime, DowntimeRequest
from domain.evidence import (
    DatadogEvent,
    EvidenceItem,
    Host,
    LogLine,
    MetricSeries,
    Monitor,
    Source,
    SourceResult,
    SpanRecord,
    Window,
)
from domain.incidents import Dispatch, GroupingRules, Incident, IncidentSnapshot, IncidentState
from domain.memory import Embedding, PastIncident, SimilarIncident
from domain.mutings import Muting
from domain.notebook import Notebook, NotebookChange, NotebookReference
from domain.paging import Listed, Piece
from domain.values import Value


class Logs(Value):
    """A log search's answer, oldest line first. `partial` says what is missing from it, or ""."""

    lines: tuple[LogLine, ...] = ()
    partial: str = ""


class Events(Value):
    """An event search's answer, oldest first. `partial` says what is missing from it, or ""."""

    events: tuple[DatadogEvent, ...] = ()
    partial: str = ""


class Spans(Value):
    """A span search's answer, oldest first. `partial` says what is missing from it, or ""."""

    spans: tuple[SpanRecord, ...] = ()
    partial: str = ""


class Clock(Protocol):
    def __call__(self) -> datetime:
        """The time now, aware, in UTC."""
        ...


class Datadog(Protocol):
    """What an analysis asks of Datadog. Reads only, but for notebooks."""

    async def search_logs(self, query: str, window: Window, *, limit: int) -> Logs: ...

    async def search_events(self, query: str, window: Window, *, limit: int) -> Events: ...

    async def find_host(self, name: str) -> Host | None:
        """The host of exactly that name or alias, or None."""
        ...

    async def get_monitor(self, monitor_id: int) -> Monitor:
        """Raises NotFound."""
        ...

    async def query_metric(self, query: str, window: Window) -> tuple[MetricSeries, ...]: ...

    async def search_spans(self, query: str, window: Window, *, limit: int) -> Spans: ...

    async def service_health(
        self, service: str, env: str, window: Window
    ) -> tuple[MetricSeries, ...]:
        """Requests, errors and latency over time; none for a service that is not traced."""
        ...

    async def find_notebook(self, key: str) -> NotebookReference | None:
        """The notebook whose name holds `key`; what makes creating one repeatable."""
        ...

    async def create_notebook(self, notebook: Notebook) -> NotebookReference:
        """Not idempotent: look for the key first."""
        ...

    async def change_notebook(self, notebook_id: int, change: NotebookChange) -> NotebookReference:
        """Replaces Rayne's own cells and name; keeps the cells that people added. Idempotent."""
        ...


class Downtimes(Protocol):
    """Muting monitors in Datadog, apart from analyses: it writes."""

    async def find_downtime(self, key: str) -> Downtime | None:
        """The active or scheduled one whose message holds `key`: makes creating repeatable."""
        ...

    async def create_downtime(self, request: DowntimeRequest) -> Downtime:
        """Not idempotent: look for the key first."""
        ...

    async def cancel_downtime(self, id: str) -> None:
        """Idempotent: one that is over stays so. Raises NotFound for an id never heard of."""
        ...


class Mutings(Protocol):
    """Rayne's own records of what it muted."""

    async def plan_mutings(self, mutings: Sequence[Muting]) -> None:
        """Keeps those whose key is new; the others stay as they are. Idempotent."""
        ...

    async def get_muting(self, key: str) -> Muting:
        """Raises NotFound."""
        ...

    async def save_muting(self, muting: Muting) -> None:
        """The last one stays. Idempotent. Raises NotFound for a key that was never planned."""
        ...

    async def list_mutings(self, incident_id: int) -> tuple[Muting, ...]:
        """Oldest first."""
        ...


class Embedder(Protocol):
    """Turns text into a vector."""

    @property
    def model(self) -> str:
        """Names model and dimension, fit for a collection's name: "wordllama-256"."""
        ...

    async def embed(self, text: str) -> Embedding: ...


class Memory(Protocol):
    """Past incidents, searched by meaning and by words."""

    async def remember(self, incident: PastIncident, embedding: Embedding | None) -> None:
        """Idempotent by `incident_key`. Without an embedding it is found by words only."""
        ...

    async def recall(
        self,
        text: str,
        embedding: Embedding | None,
        *,
        before: datetime,
        excluding: str,
        limit: int,
    ) -> tuple[SimilarIncident, ...]:
        """Incidents that happened before `before`, best first, never the one named `excluding`."""
        ...

    async def note_duration(self, incident_key: str, duration: timedelta) -> None:
        """Adds what is known only after recovery. Idempotent; nothing where it is unknown."""
        ...


class Analyst(Protocol):
    async def explain(self, case: Case) -> Draft: ...


class Inbox(Protocol):
    """Deliveries, stored before they are answered."""

    async def store(self, delivery: Delivery) -> Receipt:
        """One row per key (for ten minutes where the key expires), however often and at once.

        Raises Unavailable when it cannot be stored.
        """
        ...

    async def get_event(self, event_id: int) -> StoredEvent:
        """Raises NotFound."""
        ...

    async def get_raw(self, event_id: int) -> tuple[bytes, str]:
        """The body exactly as received, and its content type. Raises NotFound."""
        ...

    async def list_events(
        self, piece: Piece, *, status: EventStatus | None = None
    ) -> Listed[StoredEvent]:
        """Newest first."""
        ...

    async def receipt(self, event_id: int) -> Receipt:
        """What is known of a delivery by now. Raises NotFound."""
        ...


class RelayStore(Protocol):
    """The relay's side of the inbox."""

    async def claim(
        self, *, limit: int, waited: timedelta, lease: timedelta, rules: GroupingRules
    ) -> list[Dispatch]:
        """Takes pending deliveries, opens or joins their incidents, all in one transaction.

        Only those that came so long ago; with no time given, all.
        Claimed rows come back by themselves when `lease` passes without `mark_relayed`.
        """
        ...

    async def mark_relayed(self, event_ids: Sequence[int]) -> None:
        """Idempotent."""
        ...

    async def release(self, event_ids: Sequence[int]) -> None:
        """Gives claimed deliveries back before their lease ends. Idempotent."""
        ...

    async def wait_for_delivery(self, at_most: timedelta) -> None:
        """Returns when a delivery was stored, or after `at_most`."""
        ...


class IncidentWorkflows(Protocol):
    """The durable half: one workflow per incident."""

    async def deliver(self, dispatch: Dispatch, rules: GroupingRules) -> None:
        """Hands alerts to the incident's workflow, starting it where none runs.

        At least once: the workflow drops what it has seen. Raises Unavailable.
        """
        ...


class Incidents(Protocol):
    async def get_incident(self, incident_id: int) -> Incident:
        """Raises NotFound."""
        ...

    async def glance(self, incident_id: int) -> IncidentSnapshot:
        """What its workflow decides by, however much has joined. Raises NotFound."""
        ...

    async def list_incidents(
        self, piece: Piece, *, is_open: bool = False, analysis_failed: bool = False
    ) -> Listed[Incident]:
        """Newest first, without their event ids. `is_open`: only those; `analysis_failed`: only
        where the latest analysis did.
        """
        ...

    async def alerts_of(self, incident_id: int) -> tuple[Alert, ...]:
        """The deliveries that joined, oldest first, at most `MAX_ALERTS` of them."""
        ...

    async def end_incident(
        self, incident_id: int, state: IncidentState, *, seen: int, ended_at: datetime
    ) -> bool:
        """Ends it, unless more than `seen` deliveries joined by now: then False. Idempotent."""
        ...

    async def set_notebook(self, incident_id: int, notebook: NotebookReference) -> None: ...


class Analyses(Protocol):
    """Analyses, their evidence and their conclusions. Every write is an upsert by key."""

    async def open_analysis(self, frame: Frame) -> None: ...

    async def get_frame(self, key: AnalysisKey) -> Frame:
        """Raises NotFound."""
        ...

    async def save_source(self, key: AnalysisKey, result: SourceResult, evidence: Evidence) -> None:
        """Stores one source's part of `evidence` (the field of that name) with how asking ended."""
        ...

    async def get_evidence(self, key: AnalysisKey, *, only: Source | None = None) -> Evidence:
        """All sources stored so far, joined; or one alone."""
        ...

    async def save_prepared(self, key: AnalysisKey, prepared: Prepared) -> None: ...

    async def get_prepared(self, key: AnalysisKey) -> Prepared | None: ...

    async def get_tool_items(self, key: AnalysisKey) -> tuple[EvidenceItem, ...]:
        """What a model's questions brought, in the order in which it asked."""
        ...

    async def save_digest(self, key: AnalysisKey, digest: Digest) -> None: ...

    async def get_digest(self, key: AnalysisKey) -> Digest | None: ...

    async def save_embedding(self, key: AnalysisKey, embedding: Embedding) -> None: ...

    async def get_embedding(self, key: AnalysisKey) -> Embedding | None: ...

    async def save_draft(self, key: AnalysisKey, draft: Draft) -> None: ...

    async def get_draft(self, key: AnalysisKey) -> Draft | None: ...

    async def finish_analysis(
        self, key: AnalysisKey, items: Sequence[EvidenceItem], conclusion: Conclusion
    ) -> timedelta | None:
        """How long it took; None where it was finished before."""
        ...

    async def fail_analysis(self, key: AnalysisKey, error: str) -> None: ...

    async def list_analyses(self, incident_id: int) -> tuple[AnalysisRecord, ...]:
        """Oldest first."""
        ...
