"""The API over fakes, called as a person on the same machine would call it."""

from dataclasses import replace

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from adapters.settings import ASSETS
from adapters.templates import Templates
from adapters.user_agents import UserAgents
from api.app import create_app
from api.dependencies import Access, Demo, Desktops, Resources, Rum, Webhooks
from api.webhook_door import WebhookDoor
from domain.analysis import AnalysisKey
from domain.errors import NotFound, RayneError
from domain.health import Probe
from domain.incidents import GroupingRules, Incident
from domain.notebook import NotebookReference
from domain.progress import Progress
from tests.factories import an_incident
from tests.fakes.analyses import FakeAnalyses
from tests.fakes.datadog_proxy import FakeDatadogProxy
from tests.fakes.datadog_webhooks import FakeDatadogWebhooks
from tests.fakes.demo_seeds import FakeDemoSeeds
from tests.fakes.endings import FakeEndings
from tests.fakes.event_history import FakeEventHistory
from tests.fakes.feedback import FakeFeedbacks
from tests.fakes.identity import fake_identity
from tests.fakes.inbox import FakeInbox
from tests.fakes.incidents import FakeIncidents
from tests.fakes.notices import FakeNotices
from tests.fakes.people_state import PeopleState
from tests.fakes.reports import FakeReports
from tests.fakes.retention import FakeRetention
from tests.fakes.rum import FakeVisits
from tests.fakes.status import FakeStatus
from tests.fakes.store_state import FakeState
from tests.fakes.unread_events import FakeUnreadEvents
from tests.fakes.webhook_configs import FakeWebhookConfigs

SHOP = "https://shop.test"  # may count its visits here
SECRET, TOKEN = "w" * 32, "t" * 32


class FakeRuns:
    """Knows the progress of the analyses it was given, and hears of cancelled downtimes."""

    def __init__(self) -> None:
        self.known: dict[AnalysisKey, Progress] = {}
        self.cancelled: list[str] = []
        self.told_of_feedback: list[int] = []
        self.analysed_again: list[AnalysisKey] = []
        self.stopped: list[int] = []
        self.retentions = 0
        self.looking_again: list[int] = []
        self.stopped_analyses: list[tuple[AnalysisKey, str]] = []
        self.fails_with: RayneError | None = None
        self.running: set[str] = set()

    async def progress(self, key: AnalysisKey) -> Progress:
        if key not in self.known:
            raise NotFound("Temporal knows no such run")
        return self.known[key]

    async def downtime_cancelled(self, key: str) -> None:
        self.cancelled.append(key)
        if key not in self.running:
            raise NotFound("Temporal knows no such run")

    async def analyze_again(self, key: AnalysisKey) -> None:
        if self.fails_with:
            raise self.fails_with
        self.analysed_again.append(key)

    async def feedback_given(self, incident_id: int) -> None:
        if self.fails_with:
            raise self.fails_with
        self.told_of_feedback.append(incident_id)

    async def look_again(self, incident: Incident, rules: GroupingRules) -> None:
        if self.fails_with:
            raise self.fails_with
        self.looking_again.append(incident.id)

    async def stop_analysis(self, key: AnalysisKey, why: str) -> None:
        self.stopped_analyses.append((key, why))

    async def run_retention(self) -> None:
        if self.fails_with:
            raise self.fails_with
        self.retentions += 1

    async def stop_incident(self, incident_id: int) -> None:
        if self.fails_with:
            raise self.fails_with
        self.stopped.append(incident_id)


class Front:
    def __init__(self) -> None:
        self.state = FakeState()
        self.runs = FakeRuns()
        self.down: dict[str, RayneError] = {}
        self.incidents = FakeIncidents(self.state)
        self.analyses = FakeAnalyses(self.state)
        self.status = FakeStatus()
        self.retention = FakeRetention()
        self.datadog = FakeDatadogProxy()
        self.registrations = FakeDatadogWebhooks()
        self.people = PeopleState()
        self.identity = fake_identity(self.people)
        self.visits = FakeVisits()
        self.rum = Rum(
            visits=self.visits,
            history=self.visits,
            read_user_agent=UserAgents().read,
            origins=frozenset({SHOP}),
        )
        self.notices = FakeNotices(self.state)
        self.demo = FakeDemoSeeds(self.state, self.visits)
        self.resources = Resources(
            inbox=FakeInbox(self.state),
            webhooks=Webhooks(
                configs=FakeWebhookConfigs(self.state),
                history=FakeEventHistory(self.state),
                unread=FakeUnreadEvents(self.state),
            ),
            incidents=self.incidents,
            analyses=self.analyses,
            feedbacks=FakeFeedbacks(self.state),
            reports=FakeReports(self.state),
            templates=Templates(ASSETS),
            runs=self.runs,
            status=self.status,
            endings=FakeEndings(self.state),
            retention=self.retention,
            rum=self.rum,
            desktops=Desktops(self.notices),
            clock=lambda: self.people.now,
            identity=self.identity,
            door=WebhookDoor(self.identity.secrets),
            datadog=self.datadog,
            registrations=self.registrations,
            demo=Demo(self.demo),
            probes={"postgres": self._probe("postgres"), "temporal": self._probe("temporal")},
        )
        self.app: FastAPI = create_app(self.resources)
        self.client: TestClient = TestClient(self.app)

    def expose(self) -> None:
        """As behind a load balancer: nobody is trusted for where they are."""
        self.resources = replace(
            self.resources,
            access=Access(is_local=False, api_token=SecretStr(TOKEN)),
            door=WebhookDoor(self.identity.secrets, (SecretStr(SECRET),)),
        )
        self.app.state.resources = self.resources

    def tie_to_incident(self, notebook: NotebookReference) -> None:
        """The first event belongs to incident 7, whose notebook exists."""
        self.incidents.add(an_incident(notebook=notebook))
        self.state.events[0].incident_id = 7

    def _probe(self, name: str) -> Probe:
        async def look() -> None:
            if name in self.down:
                raise self.down[name]

        return look
