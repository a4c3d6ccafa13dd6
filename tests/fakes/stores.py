"""The four stores in memory over one state, as PostgreSQL's share one database."""

from domain.errors import RayneError
from tests.fakes.analyses import FakeAnalyses
from tests.fakes.inbox import FakeInbox
from tests.fakes.incidents import FakeIncidents
from tests.fakes.relay_store import FakeRelayStore
from tests.fakes.store_state import FakeState


class FakeStores:
    def __init__(self, *, fails_with: RayneError | None = None) -> None:
        self.state = FakeState(fails_with=fails_with)
        self.inbox = FakeInbox(self.state)
        self.relay = FakeRelayStore(self.state)
        self.incidents = FakeIncidents(self.state)
        self.analyses = FakeAnalyses(self.state)
