"""Shared secrets in memory."""

from pydantic import SecretStr

from domain.audit import Author, Change
from tests.fakes.people_state import PeopleState


class FakeSecrets:
    def __init__(self, state: PeopleState) -> None:
        self.state = state
        self.webhook: tuple[SecretStr, ...] = ()
        self.times_asked = 0

    async def signing_key(self) -> SecretStr:
        self.state.answer()
        return SecretStr("k" * 32)

    async def webhook_secrets(self) -> tuple[SecretStr, ...]:
        self.times_asked += 1
        self.state.answer()
        return self.webhook

    async def rotate_webhook_secret(self, fresh: SecretStr, author: Author) -> None:
        self.state.answer()
        self.webhook = (fresh, *self.webhook)[:2]
        self.state.note(Change(author=author, action="secret.rotated", subject="webhook"))
