"""The webhooks that Datadog knows, in memory."""

from domain.datadog_webhooks import DatadogWebhook
from domain.errors import RayneError


class FakeDatadogWebhooks:
    def __init__(self, *, fails_with: RayneError | None = None) -> None:
        self.fails_with = fails_with
        self.known: dict[str, DatadogWebhook] = {}

    async def find_webhook(self, name: str) -> DatadogWebhook | None:
        self._fail()
        return self.known.get(name)

    async def put_webhook(self, webhook: DatadogWebhook) -> None:
        self._fail()
        self.known[webhook.name] = webhook

    def _fail(self) -> None:
        if self.fails_with:
            raise self.fails_with
