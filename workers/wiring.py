"""The one place that knows which real thing plays which role in a worker."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

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
from adapters import clock
from adapters.extended_toolbox import ExtendedToolbox
from adapters.forwarder import HttpForwarder
from adapters.kingfisher import Kingfisher
from adapters.monty import MontySandbox
from adapters.notify_server import NotifyServer, connect_all
from adapters.ollama import OllamaEmbedder
from adapters.postgres.admission import PostgresAdmissionLine
from adapters.postgres.analyses import PostgresAnalyses
from adapters.postgres.database import Database
from adapters.postgres.event_history import PostgresEventHistory
from adapters.postgres.feedback import PostgresFeedbacks
from adapters.postgres.finished_analyses import PostgresFinishedAnalyses
from adapters.postgres.functions import PostgresFunctions
from adapters.postgres.inbox import PostgresInbox
from adapters.postgres.incidents import PostgresIncidents
from adapters.postgres.mutings import PostgresMutings
from adapters.postgres.notices import PostgresNotices
from adapters.postgres.reports import PostgresReports
from adapters.postgres.retention import PostgresRetention
from adapters.postgres.transcripts import PostgresTranscripts
from adapters.postgres.webhook_configs import PostgresWebhookConfigs
from adapters.qdrant import QdrantMemory
from adapters.settings import Settings
from adapters.templates import Templates
from adapters.wordllama import WordLlamaEmbedder
from dd_lib.datadog import DatadogApi
from dd_lib.sites import Addresses, addresses
from domain.analysis import AnalystKind
from domain.errors import Misconfigured
from domain.investigation import DailyBudget
from domain.investigation_ports import FixedToolbox, Investigator
from domain.mutings import MutingRules
from domain.redaction import detecting
from domain.rules_analyst import RulesAnalyst
from domain.telemetry import UNCOUNTED, UNWATCHED, Tally, Watch
from workers.registry import Steps

MEMORY_TIMEOUT = timedelta(seconds=10)
EMBEDDING_TIMEOUT = timedelta(seconds=20)


@asynccontextmanager
async def build_steps(
    settings: Settings,
    database: Database,
    *,
    watch: Watch = UNWATCHED,
    tally: Tally = UNCOUNTED,
) -> AsyncIterator[Steps]:
    """Every activity with its players; what was opened is closed at the end, last opened first."""
    async with AsyncExitStack() as stack:
        stack.enter_context(detecting(await Kingfisher.load()))
        incidents, analyses = PostgresIncidents(database), PostgresAnalyses(database)
        transcripts = PostgresTranscripts(database)
        datadog = _datadog(settings, stack).watched_by(watch)
        toolbox = _toolbox(settings, database, datadog.toolbox(), stack)
        embedder = (await _embedder(settings, stack)).watched_by(watch)
        memory = (await _memory(settings, embedder, stack)).watched_by(watch)
        claude = _claude(settings, watch, stack)
        rememberer = Rememberer(incidents, analyses, PostgresFeedbacks(database), embedder, memory)
        yield Steps(
            incidents=IncidentActivities(incidents, analyses).counted_by(tally),
            admission=AdmissionActivities(
                PostgresAdmissionLine(database),
                limit=settings.max_analyses,
                model_deadline=settings.claude_deadline,
            ),
            framing=FramingActivities(incidents, analyses, _framing_rules(settings)),
            evidence=EvidenceActivities(datadog, analyses),
            memory=MemoryActivities(incidents, analyses, embedder, memory, rememberer),
            learning=LearningActivities(PostgresFinishedAnalyses(database), rememberer),
            preparation=PreparationActivities(incidents, analyses, transcripts),
            turns=TurnActivities(
                incidents, analyses, transcripts, claude, toolbox, clock.now
            ).counted_by(tally),
            tools=ToolActivities(incidents, analyses, transcripts, toolbox).counted_by(tally),
            analysis=AnalysisActivities(
                incidents, analyses, transcripts, rules=RulesAnalyst()
            ).counted_by(tally),
            notebook=NotebookActivities(
                datadog,
                incidents,
                analyses,
                PostgresReports(database),
                app_url=_addresses(settings).app_url,
                layout=Templates(settings.assets_dir).notebook_layout(),
            ).counted_by(tally),
            reactions=_reactions(settings, database, watch, stack),
            downtimes=DowntimeActivities(datadog, PostgresMutings(database), incidents).counted_by(
                tally
            ),
            notices=NoticeActivities(
                PostgresNotices(database),
                incidents,
                analyses,
                _notifiers(settings, watch, stack),
            ).counted_by(tally),
            retention=RetentionActivities(
                PostgresRetention(database), analyses, settings.retention
            ),
            probes={"memory": memory.ping},
        )


def _toolbox(
    settings: Settings, database: Database, datadog: FixedToolbox, stack: AsyncExitStack
) -> ExtendedToolbox:
    sandbox = MontySandbox.open(datadog)
    stack.push_async_callback(sandbox.aclose)
    return ExtendedToolbox(datadog, PostgresFunctions(database), sandbox, settings.auto_write)


def _reactions(
    settings: Settings, database: Database, watch: Watch, stack: AsyncExitStack
) -> ReactionActivities:
    forwarder = HttpForwarder.connect(allow_private=settings.forward_private).watched_by(watch)
    stack.push_async_callback(forwarder.aclose)
    return ReactionActivities(
        Deliveries(PostgresInbox(database), PostgresEventHistory(database)),
        PostgresIncidents(database),
        PostgresWebhookConfigs(database),
        forwarder,
        Plans(
            PostgresMutings(database),
            MutingRules(grace=settings.downtime_grace, cap=settings.downtime_cap),
            PostgresNotices(database) if settings.notify_addresses else None,
        ),
    )


def _notifiers(settings: Settings, watch: Watch, stack: AsyncExitStack) -> tuple[NotifyServer, ...]:
    servers = tuple(server.watched_by(watch) for server in connect_all(settings))
    for server in servers:
        stack.push_async_callback(server.aclose)
    return servers


def _framing_rules(settings: Settings) -> FramingRules:
    return FramingRules(
        before=settings.window_before,
        after=settings.window_after,
        lookback=settings.lookback,
        analyst=AnalystKind.CLAUDE if settings.uses_claude else AnalystKind.RULES,
        model_deadline=settings.claude_deadline,
        budget=settings.budget,
        daily=DailyBudget(dollars=settings.daily_dollars),
    )


def _addresses(settings: Settings) -> Addresses:
    return addresses(
        site=settings.dd_site or "",
        api_url=settings.dd_api_url or "",
        app_url=settings.dd_app_url or "",
    )


def _datadog(settings: Settings, stack: AsyncExitStack) -> DatadogApi:
    if settings.dd_api_key is None or settings.dd_app_key is None:
        raise Misconfigured("there is no Datadog: set DD_API_KEY and DD_APP_KEY, or run `rayne up`")
    where = _addresses(settings)
    datadog = DatadogApi.connect(
        api_url=where.api_url,
        app_url=where.app_url,
        api_key=settings.dd_api_key.get_secret_value(),
        app_key=settings.dd_app_key.get_secret_value(),
    )
    stack.push_async_callback(datadog.aclose)
    return datadog


def _claude(settings: Settings, watch: Watch, stack: AsyncExitStack) -> Investigator | None:
    if not settings.uses_claude:
        return None
    from adapters.claude import Claude

    key, token = settings.anthropic_api_key, settings.anthropic_auth_token
    claude = Claude.connect(
        api_key=key.get_secret_value() if key else None,
        auth_token=token.get_secret_value() if token else None,
        base_url=settings.anthropic_base_url,
        model=settings.claude_model,
        timeout=settings.claude_timeout,
        effort=settings.claude_effort,
    )
    claude.watched_by(watch)
    claude.heed(Templates(settings.assets_dir).house_notes())
    stack.push_async_callback(claude.close)
    return claude


async def _embedder(
    settings: Settings, stack: AsyncExitStack
) -> OllamaEmbedder | WordLlamaEmbedder:
    if not settings.uses_ollama or settings.ollama_url is None:
        return await WordLlamaEmbedder.load()
    ollama = OllamaEmbedder.connect(
        url=settings.ollama_url,
        model=settings.ollama_model,
        dimension=settings.ollama_dimension,
        timeout=EMBEDDING_TIMEOUT,
    )
    stack.push_async_callback(ollama.aclose)
    return ollama


async def _memory(
    settings: Settings, embedder: OllamaEmbedder | WordLlamaEmbedder, stack: AsyncExitStack
) -> QdrantMemory:
    key = settings.qdrant_api_key
    memory = await QdrantMemory.connect(
        url=settings.qdrant_url,
        path=settings.qdrant_path if settings.embeds_qdrant else None,
        api_key=key.get_secret_value() if key else None,
        model=embedder.model,
        dimension=embedder.dimension,
        timeout=MEMORY_TIMEOUT,
    )
    stack.push_async_callback(memory.aclose)
    return memory
