"""The stores in memory over one state, as PostgreSQL's share one database."""

from domain.errors import RayneError
from tests.fakes.analyses import FakeAnalyses
from tests.fakes.event_history import FakeEventHistory
from tests.fakes.inbox import FakeInbox
from tests.fakes.incidents import FakeIncidents
from tests.fakes.mutings import FakeMutings
from tests.fakes.notices import FakeNotices
from tests.fakes.relay_store import FakeRelayStore
from tests.fakes.store_state import FakeState
from tests.fakes.unread_events import FakeUnreadEvents
from tests.fakes.webhook_configs import FakeWebhookConfigs


class FakeStores:
    def __init__(self, *, fails_with: RayneError | None = None) -> None:
        self.state = FakeState(fails_with=fails_with)
        self.inbox = FakeInbox(self.state)
        self.relay = FakeRelayStore(self.state)
        self.incidents = FakeIncidents(self.state)
        self.analyses = FakeAnalyses(self.state)
        self.configs = FakeWebhookConfigs(self.state)
        self.mutings = FakeMutings(self.state)
        self.notices = FakeNotices(self.state)
        self.history = FakeEventHistory(self.state)
        self.unread = FakeUnreadEvents(self.state)
