"""What the fake stores share: rows in lists, and a clock that a test moves."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from domain.analysis import AnalysisKey, AnalysisRecord, Draft
from domain.audit import Change
from domain.case import Evidence, Frame, Prepared
from domain.deliveries import Delivery, EventStatus
from domain.digest import Digest
from domain.errors import RayneError
from domain.evidence import Source, SourceResult
from domain.feedback import Feedback
from domain.functions import StoredFunction
from domain.incidents import Episode, Incident, Occasion
from domain.investigation import ToolResult, Turn
from domain.memory import Embedding
from domain.mutings import Muting
from domain.notices import Notice
from domain.report_document import Document
from domain.webhook_configs import WebhookConfig
from tests.factories import NOON


@dataclass
class FakeEvent:
    id: int
    delivery: Delivery
    status: EventStatus
    processed_at: datetime | None = None
    leased_until: datetime | None = None
    incident_id: int | None = None
    episode_key: str = ""
    forwarded_to: list[str] = field(default_factory=list)


@dataclass
class FakeEpisode:
    incident_id: int
    value: Episode


@dataclass
class FakeAnalysis:
    frame: Frame
    record: AnalysisRecord
    results: dict[Source, SourceResult] = field(default_factory=dict)
    found: dict[Source, Evidence] = field(default_factory=dict)
    embedding: Embedding | None = None
    prepared: Prepared | None = None
    digest: Digest | None = None
    draft: Draft | None = None


@dataclass
class FakeTurn:
    said: Turn
    dollars: Decimal
    saved_at: datetime


@dataclass
class FakePlace:
    """In the line of analyses."""

    asked_at: datetime
    admitted_until: datetime | None = None


@dataclass
class FakeState:
    fails_with: RayneError | None = None
    now: datetime = NOON
    events: list[FakeEvent] = field(default_factory=list)
    incidents: dict[int, Incident] = field(default_factory=dict)
    episodes: list[FakeEpisode] = field(default_factory=list)
    analyses: dict[AnalysisKey, FakeAnalysis] = field(default_factory=dict)
    line: dict[AnalysisKey, FakePlace] = field(default_factory=dict)
    turns: dict[AnalysisKey, dict[int, FakeTurn]] = field(default_factory=dict)
    results: dict[AnalysisKey, dict[tuple[int, int], ToolResult]] = field(default_factory=dict)
    configs: dict[str, WebhookConfig] = field(default_factory=dict)
    mutings: dict[str, Muting] = field(default_factory=dict)
    notices: dict[tuple[int, Occasion], Notice] = field(default_factory=dict)
    reports: dict[AnalysisKey, Document] = field(default_factory=dict)
    functions: dict[tuple[str, int], StoredFunction] = field(default_factory=dict)
    feedback: list[Feedback] = field(default_factory=list)
    noted: list[Change] = field(default_factory=list)  # what signed changes told the audit log
    stored: asyncio.Event = field(default_factory=asyncio.Event)

    def mutings_of(self, incident_id: int) -> tuple[Muting, ...]:
        """Oldest first."""
        own = [muting for muting in self.mutings.values() if muting.incident_id == incident_id]
        return tuple(sorted(own, key=lambda muting: (muting.asked_at, muting.key)))

    def notices_of(self, incident_id: int) -> tuple[Notice, ...]:
        """In the order of their occasions."""
        own = {
            notice.occasion: notice
            for (id_, _), notice in self.notices.items()
            if id_ == incident_id
        }
        return tuple(own[occasion] for occasion in Occasion if occasion in own)

    def answer(self) -> None:
        """What every question begins with: the outage that the test asked for, if any."""
        if self.fails_with:
            raise self.fails_with
