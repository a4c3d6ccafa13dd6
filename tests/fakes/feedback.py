"""Feedback in memory."""

from domain.errors import NotFound
from domain.feedback import Feedback
from tests.fakes.store_state import FakeState


class FakeFeedbacks:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    async def give(self, feedback: Feedback) -> None:
        self.state.answer()
        if feedback.incident_id not in self.state.incidents:
            raise NotFound("there is no such incident")
        self.state.feedback.append(feedback)

    async def latest(self, incident_id: int) -> Feedback | None:
        given = await self.list_feedback(incident_id)
        return given[-1] if given else None

    async def list_feedback(self, incident_id: int) -> tuple[Feedback, ...]:
        self.state.answer()
        return tuple(one for one in self.state.feedback if one.incident_id == incident_id)
