"""The stores as the suite sees them, and the two things that its tests keep doing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.postgres.admission import PostgresAdmissionLine
from adapters.postgres.analyses import PostgresAnalyses
from adapters.postgres.database import Database
from adapters.postgres.demo import PostgresDemoSeeds
from adapters.postgres.endings import PostgresEndings
from adapters.postgres.event_history import PostgresEventHistory
from adapters.postgres.feedback import PostgresFeedbacks
from adapters.postgres.finished_analyses import PostgresFinishedAnalyses
from adapters.postgres.functions import PostgresFunctions
from adapters.postgres.inbox import PostgresInbox
from adapters.postgres.incidents import PostgresIncidents
from adapters.postgres.mutings import PostgresMutings
from adapters.postgres.notices import PostgresNotices
from adapters.postgres.relay import PostgresRelay
from adapters.postgres.reports import PostgresReports
from adapters.postgres.rum import PostgresVisits
from adapters.postgres.rum_history import PostgresVisitHistory
from adapters.postgres.transcripts import PostgresTranscripts
from adapters.postgres.unread_events import PostgresUnreadEvents
from adapters.postgres.webhook_configs import PostgresWebhookConfigs
from domain.admission import AdmissionLine
from domain.deliveries import StoredEvent
from domain.demo_ports import DemoSeeds
from domain.endings import IncidentEndings
from domain.function_ports import Functions
from domain.incidents import Dispatch, GroupingRules, Incident
from domain.investigation_ports import Transcripts
from domain.learning_ports import Feedbacks, FinishedAnalyses
from domain.notification_ports import Notices
from domain.paging import Piece
from domain.ports import Analyses, Inbox, Incidents, Mutings, RelayStore
from domain.report_ports import Reports
from domain.rum_ports import VisitHistory, Visits
from domain.webhook_ports import EventHistory, UnreadEvents, WebhookConfigs
from tests.factories import a_delivery, an_alert
from tests.fakes.admission import FakeAdmissionLine
from tests.fakes.demo_seeds import FakeDemoSeeds
from tests.fakes.endings import FakeEndings
from tests.fakes.feedback import FakeFeedbacks
from tests.fakes.finished_analyses import FakeFinishedAnalyses
from tests.fakes.functions import FakeFunctions
from tests.fakes.reports import FakeReports
from tests.fakes.rum import FakeVisits
from tests.fakes.stores import FakeStores
from tests.fakes.transcripts import FakeTranscripts

LEASE = timedelta(minutes=1)


@dataclass(frozen=True)
class Stores:
    inbox: Inbox
    relay: RelayStore
    incidents: Incidents
    analyses: Analyses
    line: AdmissionLine
    endings: IncidentEndings
    configs: WebhookConfigs
    history: EventHistory
    unread: UnreadEvents
    mutings: Mutings
    notices: Notices
    feedbacks: Feedbacks
    finished: FinishedAnalyses
    reports: Reports
    functions: Functions
    transcripts: Transcripts
    visits: Visits
    visit_history: VisitHistory
    demo: DemoSeeds


def real_stores(database: Database) -> Stores:
    return Stores(
        inbox=PostgresInbox(database),
        relay=PostgresRelay(database),
        incidents=PostgresIncidents(database),
        analyses=PostgresAnalyses(database),
        line=PostgresAdmissionLine(database),
        endings=PostgresEndings(database),
        configs=PostgresWebhookConfigs(database),
        history=PostgresEventHistory(database),
        unread=PostgresUnreadEvents(database),
        mutings=PostgresMutings(database),
        notices=PostgresNotices(database),
        feedbacks=PostgresFeedbacks(database),
        finished=PostgresFinishedAnalyses(database),
        reports=PostgresReports(database),
        functions=PostgresFunctions(database),
        transcripts=PostgresTranscripts(database),
        visits=PostgresVisits(database),
        visit_history=PostgresVisitHistory(database),
        demo=PostgresDemoSeeds(database),
    )


def fake_stores() -> Stores:
    fakes = FakeStores()
    visits = FakeVisits()
    return Stores(
        inbox=fakes.inbox,
        relay=fakes.relay,
        incidents=fakes.incidents,
        analyses=fakes.analyses,
        line=FakeAdmissionLine(fakes.state),
        endings=FakeEndings(fakes.state),
        configs=fakes.configs,
        history=fakes.history,
        unread=fakes.unread,
        mutings=fakes.mutings,
        notices=fakes.notices,
        feedbacks=FakeFeedbacks(fakes.state),
        finished=FakeFinishedAnalyses(fakes.state),
        reports=FakeReports(fakes.state),
        functions=FakeFunctions(fakes.state),
        transcripts=FakeTranscripts(fakes.state),
        visits=visits,
        visit_history=visits,
        demo=FakeDemoSeeds(fakes.state, visits),
    )


async def deliver(stores: Stores, **changes: Any) -> int:
    """Stores an alert as a delivery of its own and returns the event's id."""
    alert = an_alert(**changes)
    key = f"{alert.cycle_key}|{alert.scope}|{alert.transition}|{alert.happened_at}"
    receipt = await stores.inbox.store(a_delivery(key=key, alert=alert))
    return receipt.event_id


async def listed_events(
    stores: Stores, *, page: int = 1, per_page: int = 100
) -> tuple[tuple[StoredEvent, ...], int]:
    """A page, and how many there are."""
    piece = Piece(size=per_page, skip=(page - 1) * per_page)
    listed = await stores.inbox.list_events(piece)
    return listed.items, listed.total


async def listed_incidents(
    stores: Stores, *, page: int = 1, per_page: int = 100
) -> tuple[tuple[Incident, ...], int]:
    """A page, and how many there are."""
    piece = Piece(size=per_page, skip=(page - 1) * per_page)
    listed = await stores.incidents.list_incidents(piece)
    return listed.items, listed.total


async def claim(
    stores: Stores,
    *,
    limit: int = 100,
    waited: timedelta = timedelta(0),
    lease: timedelta = LEASE,
) -> list[Dispatch]:
    return await stores.relay.claim(limit=limit, waited=waited, lease=lease, rules=GroupingRules())
