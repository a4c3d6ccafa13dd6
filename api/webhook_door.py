"""The webhook secrets that are good at the moment: those of the settings and the stored ones."""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import SecretStr

from domain.people_ports import StoredSecrets

GOOD_FOR = timedelta(seconds=5)  # then a rotated one is no longer taken anywhere
_LOOK_AGAIN_AFTER = timedelta(milliseconds=500)  # for one that is not known: it may be new


class WebhookDoor:
    def __init__(self, stored: StoredSecrets, configured: tuple[SecretStr, ...] = ()) -> None:
        self._stored = stored
        self._configured = configured
        self._known: tuple[SecretStr, ...] = ()
        self._looked_at: datetime | None = None

    async def opens_to(self, given: str, now: datetime) -> bool:
        """Raises Unavailable where only the database could tell: a 4xx would lose the alert."""
        if not given:
            return False
        if is_one_of(given, self._configured):
            return True
        if not self._is_fresh(GOOD_FOR, now):
            await self._look(now)
        if is_one_of(given, self._known):
            return True
        if not self._is_fresh(_LOOK_AGAIN_AFTER, now):
            await self._look(now)
        return is_one_of(given, self._known)

    async def current(self) -> SecretStr | None:
        """The one to give to Datadog: the stored one, else that of the settings."""
        candidates = (*await self._stored.webhook_secrets(), *self._configured)
        return candidates[0] if candidates else None

    def _is_fresh(self, age: timedelta, now: datetime) -> bool:
        return self._looked_at is not None and now - self._looked_at < age

    async def _look(self, now: datetime) -> None:
        self._known = await self._stored.webhook_secrets()
        self._looked_at = now


def is_one_of(given: str, wanted: Iterable[SecretStr]) -> bool:
    """Compares with each in full, so that the time tells nothing."""
    found = False
    for secret in wanted:
        known = secret.get_secret_value().encode()
        found |= hmac.compare_digest(given.encode(errors="surrogatepass"), known)
    return found
