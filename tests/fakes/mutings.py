"""What Rayne muted, in memory."""

from collections.abc import Sequence

from domain.errors import NotFound
from domain.mutings import Muting
from tests.fakes.store_state import FakeState


class FakeMutings:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    async def plan_mutings(self, mutings: Sequence[Muting]) -> None:
        self.state.answer()
        for muting in mutings:
            self.state.mutings.setdefault(muting.key, muting)

    async def get_muting(self, key: str) -> Muting:
        self.state.answer()
        if key not in self.state.mutings:
            raise NotFound(f"there is no muting {key!r}")
        return self.state.mutings[key]

    async def save_muting(self, muting: Muting) -> None:
        await self.get_muting(muting.key)
        self.state.mutings[muting.key] = muting

    async def list_mutings(self, incident_id: int) -> tuple[Muting, ...]:
        self.state.answer()
        return self.state.mutings_of(incident_id)
