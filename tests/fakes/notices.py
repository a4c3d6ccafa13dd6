"""What people were told, in memory."""

from collections.abc import Sequence

from domain.errors import NotFound
from domain.incidents import Occasion
from domain.notices import Notice
from tests.fakes.store_state import FakeState


class FakeNotices:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    async def plan_notices(self, notices: Sequence[Notice]) -> None:
        self.state.answer()
        for notice in notices:
            self.state.notices.setdefault((notice.incident_id, notice.occasion), notice)

    async def list_notices(self, incident_id: int) -> tuple[Notice, ...]:
        self.state.answer()
        return self.state.notices_of(incident_id)

    async def get_notice(self, incident_id: int, occasion: Occasion) -> Notice:
        self.state.answer()
        if (incident_id, occasion) not in self.state.notices:
            raise NotFound(f"incident {incident_id!r} has no notice {occasion!s}")
        return self.state.notices[incident_id, occasion]

    async def note_taken(self, notice: Notice, address: str) -> None:
        stored = await self.get_notice(notice.incident_id, notice.occasion)
        told_to = tuple(dict.fromkeys((*stored.told_to, address)))
        self._change(stored, told_to=told_to)

    async def finish_notice(self, notice: Notice, given_up: str = "") -> None:
        stored = await self.get_notice(notice.incident_id, notice.occasion)
        if not given_up:
            self._change(stored, told_at=stored.told_at or self.state.now)
        elif not stored.told_at:
            self._change(stored, given_up=given_up)

    def _change(self, notice: Notice, **changes: object) -> None:
        key = (notice.incident_id, notice.occasion)
        self.state.notices[key] = notice.model_copy(update=changes)
