"""Webhook configs in memory."""

from domain.audit import Author, Change
from domain.errors import NotFound
from domain.webhook_configs import WebhookConfig, WebhookConfigRequest, facts_of_config
from tests.fakes.store_state import FakeState


class FakeWebhookConfigs:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()
        self._last_id = 0

    async def upsert_config(
        self, request: WebhookConfigRequest, *, signed: Author | None = None
    ) -> tuple[WebhookConfig, bool]:
        self.state.answer()
        known = self.state.configs.get(request.name)
        self._last_id += known is None
        config = WebhookConfig(
            **request.model_dump(),
            id=known.id if known else self._last_id,
            created_at=known.created_at if known else self.state.now,
        )
        self.state.configs[request.name] = config
        self._note(signed, "config.saved", known, request)
        return config, known is None

    async def get_config(self, which: str | int) -> WebhookConfig:
        self.state.answer()
        for config in self.state.configs.values():
            if which in (config.name, config.id):
                return config
        raise NotFound(f"there is no webhook config {which!r}")

    async def list_configs(self, *, active_only: bool) -> tuple[WebhookConfig, ...]:
        self.state.answer()
        oldest_first = sorted(self.state.configs.values(), key=lambda config: config.id)
        return tuple(config for config in oldest_first if config.active or not active_only)

    async def delete_config(self, name: str, *, signed: Author | None = None) -> None:
        self.state.answer()
        gone = self.state.configs.pop(name, None)
        if gone is None:
            raise NotFound(f"there is no webhook config {name!r}")
        self._note(signed, "config.deleted", gone, None)

    def _note(
        self,
        author: Author | None,
        action: str,
        before: WebhookConfigRequest | None,
        after: WebhookConfigRequest | None,
    ) -> None:
        if author:
            facts = [one and facts_of_config(one) for one in (before, after)]
            change = Change(author=author, action=action, before=facts[0], after=facts[1])
            self.state.noted.append(change)
