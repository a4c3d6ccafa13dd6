"""The workflows on a real Temporal server, with fakes in every other role."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from activities.admission import AdmissionActivities
from activities.analysis import AnalysisActivities
from activities.downtimes import DowntimeActivities
from activities.evidence import EvidenceActivities
from activities.framing import FramingActivities, FramingRules
from activities.incidents import IncidentActivities
from activities.learning import LearningActivities
from activities.notebook import NotebookActivities
from activities.notices import NoticeActivities
from activities.preparation import PreparationActivities
from activities.reactions import Deliveries, Plans, ReactionActivities
from activities.recollection import MemoryActivities
from activities.remembering import Rememberer
from activities.retention import RetentionActivities
from activities.tool_calls import ToolActivities
from activities.turns import TurnActivities
from adapters.relay import Relay
from adapters.temporal import bounded
from domain.alerts import Alert
from domain.analysis import AnalysisKey, AnalysisResult, AnalystKind
from domain.incidents import GroupingRules, Incident, IncidentState
from domain.investigation import Budget, DailyBudget
from domain.investigation_ports import Investigator, Toolbox
from domain.mutings import Muting, MutingRules, MutingState
from domain.ports import Datadog
from domain.retention import RetentionRules
from domain.rules_analyst import RulesAnalyst
from tests.factories import a_config_request, a_delivery
from tests.fakes.admission import FakeAdmissionLine
from tests.fakes.analyses import FakeAnalyses
from tests.fakes.datadog import FakeDatadog
from tests.fakes.downtimes import FakeDowntimes
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.event_history import FakeEventHistory
from tests.fakes.feedback import FakeFeedbacks
from tests.fakes.finished_analyses import FakeFinishedAnalyses
from tests.fakes.forwarder import FakeForwarder
from tests.fakes.inbox import FakeInbox
from tests.fakes.incidents import FakeIncidents
from tests.fakes.memory import FakeMemory
from tests.fakes.mutings import FakeMutings
from tests.fakes.notices import FakeNotices
from tests.fakes.notifier import FakeNotifier
from tests.fakes.relay_store import FakeRelayStore
from tests.fakes.reports import FakeReports
from tests.fakes.retention import FakeRetention
from tests.fakes.store_state import FakeState
from tests.fakes.toolbox import FakeToolbox
from tests.fakes.transcripts import FakeTranscripts
from tests.fakes.webhook_configs import FakeWebhookConfigs
from workers.registry import Steps
from workers.serve import DRAIN, Serving, build_workers
from workflows import ids
from workflows.auto_downtime import AutoDowntime
from workflows.client import WorkflowClient
from workflows.incident_lifecycle import IncidentLifecycle
from workflows.policies import TaskQueue
from workflows.root_cause_analysis import RootCauseAnalysis

DEADLINE_SECONDS = 30
T = TypeVar("T")


@dataclass
class World:
    """What a test looks at and turns. Change the roles before `running()`."""

    temporal: Client
    datadog: FakeDatadog = field(default_factory=FakeDatadog)
    real_datadog: Datadog | None = None  # instead of the fake
    memory: FakeMemory = field(default_factory=FakeMemory)
    embedder: FakeEmbedder = field(default_factory=FakeEmbedder)
    claude: Investigator | None = None
    toolbox: Toolbox = field(default_factory=FakeToolbox)
    budget: Budget = field(default_factory=Budget)
    daily: DailyBudget = field(default_factory=DailyBudget)
    grouping: GroupingRules = field(default_factory=lambda: GroupingRules(group_wait=timedelta(0)))
    downtimes: FakeDowntimes = field(default_factory=FakeDowntimes)
    forwarder: FakeForwarder = field(default_factory=FakeForwarder)
    notifiers: tuple[FakeNotifier, ...] = ()
    muting: MutingRules = field(default_factory=lambda: MutingRules(grace=timedelta(0)))
    model_deadline: timedelta = timedelta(minutes=15)
    state: FakeState = field(default_factory=FakeState)
    max_analyses: int = 100
    retention: FakeRetention = field(default_factory=FakeRetention)
    keep: RetentionRules = field(default_factory=RetentionRules)

    def __post_init__(self) -> None:
        self.incidents = FakeIncidents(self.state)
        self.analyses = FakeAnalyses(self.state)
        self.transcripts = FakeTranscripts(self.state)
        self.inbox = FakeInbox(self.state)
        self.configs = FakeWebhookConfigs(self.state)
        self.mutings = FakeMutings(self.state)
        self.notices = FakeNotices(self.state)

    @property
    def relay(self) -> Relay:
        """One that has signalled nobody yet, and so hands over at once."""
        return Relay(
            FakeRelayStore(self.state), WorkflowClient(self.temporal, bounded), self.grouping
        )

    @asynccontextmanager
    async def running(
        self,
        build_id: str | None = None,
        workflows: Sequence[type] | None = None,
        drain: timedelta = DRAIN,
        queues: Collection[TaskQueue] = tuple(TaskQueue),
    ) -> AsyncIterator["World"]:
        """With a worker for each queue."""
        async with AsyncExitStack() as stack:
            for worker in build_workers(
                self.temporal,
                self._steps(),
                Serving(
                    max_analyses=2,
                    queues=queues,
                    build_id=build_id,
                    workflows=workflows,
                    drain=drain,
                ),
            ):
                await stack.enter_async_context(worker)
            yield self

    async def deliver(self, *alerts: Alert) -> int:
        """Stores the alerts, each as one delivery, and relays them; the last one's incident."""
        receipt = None
        for alert in alerts:
            key = f"event:{alert.event_id}:{alert.transition}"
            receipt = await self.inbox.store(a_delivery(alert=alert, key=key))
        await self.relay.relay_batch()
        assert receipt is not None
        known = await self.inbox.receipt(receipt.event_id)
        return known.incident_id or 0

    async def configure(self, **wishes: object) -> None:
        """Adds a webhook config, or changes the one of that name."""
        await self.configs.upsert_config(a_config_request(**wishes))

    async def muting_of(self, incident_id: int, state: MutingState) -> Muting:
        """The incident's one muting, once it has come to `state`."""

        async def look() -> Muting | None:
            found = await self.mutings.list_mutings(incident_id)
            assert len(found) <= 1, found
            return next((muting for muting in found if muting.state is state), None)

        return await self.until(look)

    def downtime(self, muting: Muting) -> WorkflowHandle[AutoDowntime, MutingState]:
        return self.temporal.get_workflow_handle_for(
            AutoDowntime.run, ids.auto_downtime(muting.key)
        )

    async def analysed(self, incident_id: int, number: int = 1) -> AnalysisResult:
        """The result of an analysis, waited for."""
        key = AnalysisKey(incident_id=incident_id, number=number)
        await self.until(lambda: self.has_analysis(key))
        handle = self.temporal.get_workflow_handle_for(
            RootCauseAnalysis.run, ids.root_cause_analysis(key)
        )
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await handle.result()

    async def ended(self, incident_id: int) -> IncidentState:
        """How the incident's workflow ended, waited for."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await self.lifecycle(incident_id).result()

    def lifecycle(self, incident_id: int) -> WorkflowHandle[IncidentLifecycle, IncidentState]:
        return self.temporal.get_workflow_handle_for(
            IncidentLifecycle.run, ids.incident(incident_id)
        )

    async def incident(self, incident_id: int) -> Incident:
        return await self.incidents.get_incident(incident_id)

    async def has_outcome(self, incident_id: int) -> bool:
        return bool((await self.incident(incident_id)).outcome)

    async def is_being_analysed(self, incident_id: int) -> bool:
        key = AnalysisKey(incident_id=incident_id, number=1)
        handle = self.temporal.get_workflow_handle(ids.root_cause_analysis(key))
        try:
            return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
        except RPCError:
            return False  # not begun yet

    async def is_resolved(self, incident_id: int) -> bool:
        return (await self.incident(incident_id)).state is IncidentState.RESOLVED

    async def has_muted(self, times: int) -> bool:
        return len(self.downtimes.created) == times

    async def until(self, look: Callable[[], Awaitable[T | None]]) -> T:
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                found = await look()
                if found:
                    return found
                await asyncio.sleep(0.02)

    async def has_analysis(self, key: AnalysisKey) -> bool:
        return key in self.state.analyses

    def _steps(self) -> Steps:
        rules = FramingRules(
            analyst=AnalystKind.CLAUDE if self.claude else AnalystKind.RULES,
            model_deadline=self.model_deadline,
            budget=self.budget,
            daily=self.daily,
        )
        incidents, analyses, transcripts = self.incidents, self.analyses, self.transcripts
        rememberer = Rememberer(
            incidents, analyses, FakeFeedbacks(self.state), self.embedder, self.memory
        )
        datadog = self.real_datadog or self.datadog
        return Steps(
            incidents=IncidentActivities(incidents, analyses),
            admission=AdmissionActivities(
                FakeAdmissionLine(self.state),
                limit=self.max_analyses,
                model_deadline=self.model_deadline,
            ),
            framing=FramingActivities(incidents, analyses, rules),
            evidence=EvidenceActivities(datadog, analyses),
            preparation=PreparationActivities(incidents, analyses, transcripts),
            memory=MemoryActivities(incidents, analyses, self.embedder, self.memory, rememberer),
            learning=LearningActivities(FakeFinishedAnalyses(self.state), rememberer),
            turns=TurnActivities(
                incidents, analyses, transcripts, self.claude, self.toolbox, lambda: self.state.now
            ),
            tools=ToolActivities(incidents, analyses, transcripts, self.toolbox),
            analysis=AnalysisActivities(incidents, analyses, transcripts, rules=RulesAnalyst()),
            notebook=NotebookActivities(
                datadog,
                incidents,
                analyses,
                FakeReports(self.state),
                app_url="https://app.datadoghq.com",
            ),
            reactions=ReactionActivities(
                Deliveries(self.inbox, FakeEventHistory(self.state)),
                incidents,
                self.configs,
                self.forwarder,
                Plans(self.mutings, self.muting, self.notices if self.notifiers else None),
            ),
            notices=NoticeActivities(self.notices, incidents, analyses, self.notifiers),
            downtimes=DowntimeActivities(self.downtimes, self.mutings, incidents),
            retention=RetentionActivities(self.retention, analyses, self.keep),
        )
