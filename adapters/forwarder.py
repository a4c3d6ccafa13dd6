"""Hands deliveries on to addresses that callers chose, without becoming their way inside."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self

import httpx

from adapters.public_addresses import may_connect
from domain.errors import (
    Forbidden,
    InvalidInput,
    RateLimited,
    RayneError,
    Rejected,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)
from domain.telemetry import UNWATCHED, Watch

DEFAULT_TIMEOUT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=5)  # that a receiver may ask for
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host's addresses, best first. May raise OSError."""


class HttpForwarder:
    """Implements `domain.webhook_ports.Forwarder`.

    The name is resolved once, each address is checked, and the connection goes to a checked one:
    a name that changes its mind in between gains nothing. URLs may hold tokens, so errors name
    the host alone.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        resolve: Resolve,
        *,
        allow_private: bool,
        timeout: timedelta,
    ) -> None:
        self._watch = UNWATCHED
        self._http = http
        self._resolve = resolve
        self._allow_private = allow_private
        self._seconds = timeout.total_seconds()

    @classmethod
    def connect(
        cls,
        *,
        allow_private: bool,
        timeout: timedelta = DEFAULT_TIMEOUT,
        resolve: Resolve | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> Self:
        """`timeout` bounds a whole forward; `resolve` and `transport` replace the network."""
        http = httpx.AsyncClient(
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # they know an address only
            follow_redirects=False,  # a redirect would lead past the check
            # A kept connection is known by its address, but was proven to be one host's alone.
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=timeout.total_seconds(),
            transport=transport,
            trust_env=False,  # a proxy would resolve the name a second time
            verify=httpx.create_ssl_context(),
        )
        chosen = resolve or _ask_system
        return cls(http, chosen, allow_private=allow_private, timeout=timeout)

    def watched_by(self, watch: Watch) -> Self:
        self._watch = watch
        return self

    async def forward(self, url: str, body: bytes, content_type: str, event_id: int) -> None:
        target = _target(url)
        headers = {
            b"Host": target.netloc,
            b"User-Agent": b"Rayne",
            b"X-Rayne-Event-Id": str(event_id).encode(),  # what tells a repeated forward
        }
        if content_type:
            headers[b"Content-Type"] = content_type.encode("latin-1", "replace")
        with self._watch.calling("receiver", "forward a delivery") as call:
            reply = await self._exchange(target, body, headers)
            call.answered(str(reply.status_code))
        if refused := _refusal(reply, target.host):
            raise refused

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _exchange(
        self, target: httpx.URL, body: bytes, headers: Mapping[bytes, bytes]
    ) -> httpx.Response:
        try:
            # httpx bounds each step; only this bounds a receiver that drips for ever.
            async with asyncio.timeout(self._seconds):
                addresses = await self._checked_addresses(target)
                return await self._send_to_first(addresses, target, body, headers)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TimedOut(f"{target.host!r} did not take a delivery in time") from error
        except (httpx.LocalProtocolError, UnicodeError) as error:
            # Not the error's text: it may quote the request.
            raise InvalidInput(f"no HTTP request can be made for {target.host!r}") from error
        except (httpx.HTTPError, OSError) as error:
            reason = type(error).__name__
            raise Unavailable(f"{target.host!r} cannot be reached ({reason})") from error

    async def _checked_addresses(self, target: httpx.URL) -> Sequence[str]:
        """All of them or none: a name that is half inside is not to be trusted."""
        port = target.port or (443 if target.scheme == "https" else 80)
        addresses = await self._resolve(target.raw_host.decode("ascii"), port)
        if not addresses:
            raise Unavailable(f"{target.host!r} has no address")
        if all(may_connect(address, allow_private=self._allow_private) for address in addresses):
            return addresses
        raise Forbidden(
            f"{target.host!r} is an internal address, where nothing is forwarded"
            + ("" if self._allow_private else "; RAYNE_FORWARD_PRIVATE=true allows private ones")
        )

    async def _send_to_first(
        self,
        addresses: Sequence[str],
        target: httpx.URL,
        body: bytes,
        headers: Mapping[bytes, bytes],
    ) -> httpx.Response:
        """To the first address that takes the connection."""
        for address in addresses[:-1]:
            with suppress(httpx.ConnectError):
                return await self._send(address, target, body, headers)
        return await self._send(addresses[-1], target, body, headers)

    async def _send(
        self, address: str, target: httpx.URL, body: bytes, headers: Mapping[bytes, bytes]
    ) -> httpx.Response:
        """The reply without its body, which nobody needs and which may be endless."""
        async with self._http.stream(
            "POST",
            target.copy_with(host=address),
            content=body,
            headers=list(headers.items()),
            extensions={"sni_hostname": target.host},  # the certificate is the name's
        ) as reply:
            return reply


def _target(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        # Not `from`: the error quotes what it could not read.
        raise InvalidInput("a forward URL cannot be read") from None
    if target.scheme not in {"http", "https"} or not target.host:
        raise InvalidInput("a forward URL must be an http or https address")
    return target


def _refusal(reply: httpx.Response, host: str) -> RayneError | None:
    status = reply.status_code
    said = f"{host!r} answered {status} to a delivery"
    if reply.is_success:
        return None
    if status == 429:
        return RateLimited(said, retry_after=_wait_asked_for(reply.headers))
    if status >= 500 or status in _WORTH_ANOTHER_TRY:
        return Unavailable(said, retry_after=_wait_asked_for(reply.headers))
    if status >= 400:
        return Rejected(said)
    return UnexpectedReply(f"{said}; redirects are not followed")


def _wait_asked_for(headers: httpx.Headers) -> timedelta | None:
    seconds = headers.get("Retry-After", "")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 10):
        return None
    return min(timedelta(seconds=int(seconds)), LONGEST_WAIT)


async def _ask_system(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A scope, as in "fe80::1%eth0", belongs to addresses that are refused anyway.
    return tuple(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))
