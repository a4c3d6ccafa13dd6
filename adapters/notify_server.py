"""Shows notifications on people's desktops: scripts/notify-server.py, or what speaks as it does."""

import asyncio
from datetime import timedelta
from typing import Self

import httpx

from adapters.settings import Settings
from domain.errors import Misconfigured, Rejected, TimedOut, Unavailable, UnexpectedReply
from domain.notices import Notification
from domain.telemetry import UNWATCHED, Watch

DEFAULT_TIMEOUT = timedelta(seconds=5)
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})


class NotifyServer:
    """Implements `domain.notification_ports.Notifier`. Errors name the host alone."""

    def __init__(self, http: httpx.AsyncClient, url: str, timeout: timedelta) -> None:
        self._watch = UNWATCHED
        self._http = http
        self._url = httpx.URL(url)
        self._seconds = timeout.total_seconds()

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        token: str | None,
        timeout: timedelta = DEFAULT_TIMEOUT,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> Self:
        """`timeout` bounds a whole notification; `transport` replaces the network."""
        http = httpx.AsyncClient(
            follow_redirects=False,  # the token is for this address
            headers=[(b"Authorization", b"Bearer " + token.encode())] if token else [],
            timeout=timeout.total_seconds(),
            transport=transport,
            trust_env=False,  # desktops are near: no proxy leads to them
        )
        return cls(http, url, timeout)

    def watched_by(self, watch: Watch) -> Self:
        self._watch = watch
        return self

    @property
    def address(self) -> str:
        return str(self._url)

    async def notify(self, notification: Notification) -> str:
        with self._watch.calling("desktop", "show a notification") as call:
            status = await self._exchange(_payload(notification))
            call.answered(str(status))
        self._check(status)
        return f"{status} {httpx.codes.get_reason_phrase(status)}".strip()

    async def aclose(self) -> None:
        await self._http.aclose()

    @property
    def _where(self) -> str:
        return repr(self._url.netloc.decode("ascii"))

    async def _exchange(self, payload: dict[str, str]) -> int:
        try:
            # httpx bounds each step; only this bounds a server that drips for ever.
            async with asyncio.timeout(self._seconds):
                return await self._post(payload)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TimedOut(f"{self._where} did not take a notification in time") from error
        except (httpx.HTTPError, OSError) as error:
            reason = type(error).__name__
            raise Unavailable(f"{self._where} cannot be reached ({reason})") from error

    async def _post(self, payload: dict[str, str]) -> int:
        """The status alone: nobody needs the body, which may be endless."""
        async with self._http.stream("POST", self._url, json=payload) as reply:
            return reply.status_code

    def _check(self, status: int) -> None:
        said = f"{self._where} answered {status} to a notification"
        if httpx.codes.is_success(status):
            return
        if status in {401, 403}:
            raise Misconfigured(f"{said}: is RAYNE_NOTIFY_TOKEN its token?")
        if status >= 500 or status in _WORTH_ANOTHER_TRY:
            raise Unavailable(said)
        if status >= 400:
            raise Rejected(said)
        raise UnexpectedReply(f"{said}; redirects are not followed")


def connect_all(settings: Settings) -> tuple[NotifyServer, ...]:
    """One for each address; none where nobody wishes to be told."""
    token = settings.notify_token.get_secret_value() if settings.notify_token else None
    return tuple(NotifyServer.connect(url, token=token) for url in settings.notify_addresses)


def _payload(notification: Notification) -> dict[str, str]:
    """`title`, `message`, `urgency` and `frcolor` as ever."""
    return {
        "title": notification.title,
        "message": notification.message,
        "urgency": notification.urgency.value,
        "frcolor": notification.colour,
        "tag": notification.tag,
        "key": notification.key,
    }
