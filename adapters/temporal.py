"""Temporal: connecting with bounded patience, and telling its refusals in our words."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, GetSystemInfoRequest
from temporalio.client import Client, Interceptor, TLSConfig
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode

from adapters.settings import Settings
from domain.errors import (
    Conflict,
    Misconfigured,
    NotFound,
    RateLimited,
    RayneError,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)

CONNECT_WITHIN = timedelta(seconds=5)
ANSWER_WITHIN = timedelta(seconds=5)
_RETRY_EVERY = timedelta(seconds=2)

_REFUSALS: dict[RPCStatusCode, type[RayneError]] = {
    RPCStatusCode.ALREADY_EXISTS: Conflict,
    RPCStatusCode.CANCELLED: TimedOut,
    RPCStatusCode.DEADLINE_EXCEEDED: TimedOut,
    RPCStatusCode.FAILED_PRECONDITION: Conflict,
    RPCStatusCode.NOT_FOUND: NotFound,
    RPCStatusCode.PERMISSION_DENIED: Misconfigured,
    RPCStatusCode.RESOURCE_EXHAUSTED: RateLimited,
    RPCStatusCode.UNAUTHENTICATED: Misconfigured,
    RPCStatusCode.UNAVAILABLE: Unavailable,
}

# A server on its way down, or one that is not the one we knew, has several words for it.
_WENT_AWAY = re.compile(
    r"Worker validation failed.*code: "
    r"(Aborted|Cancelled|DeadlineExceeded|Internal|ResourceExhausted|Unavailable|Unknown)\b",
    re.DOTALL,
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Watching:
    """Who looks on as a client works: the SDK's own ways to be watched."""

    runtime: Runtime | None = None
    interceptors: Sequence[Interceptor] = ()


NOBODY = Watching()


async def connect(settings: Settings, *, lazy: bool = False, watching: Watching = NOBODY) -> Client:
    """A lazy client connects at its first call, so that an API can start without Temporal.

    Workers need one that is connected: see `connect_patiently`.
    """
    if settings.temporal_address is None:
        raise Misconfigured("there is no Temporal: set TEMPORAL_ADDRESS, or run `rayne up`")
    key = settings.temporal_api_key
    async with bounded(CONNECT_WITHIN, "connect"):
        return await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            api_key=key.get_secret_value() if key else None,
            tls=_tls(settings),
            data_converter=pydantic_data_converter,
            lazy=lazy,
            runtime=watching.runtime,
            interceptors=watching.interceptors,
        )


async def connect_patiently(
    settings: Settings, *, stop: asyncio.Event, watching: Watching = NOBODY
) -> Client | None:
    """Tries until Temporal answers; None if `stop` was set before it did.

    What time does not heal, such as a refused key, is raised at once.
    """
    while not stop.is_set():
        try:
            return await connect(settings, watching=watching)
        except Unavailable as error:
            log.warning("temporal.waiting", address=settings.temporal_address, reason=str(error))
        await pause(stop)
    return None


async def pause(stop: asyncio.Event) -> None:
    """Between two tries; ends early where `stop` is set."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_RETRY_EVERY.total_seconds()):
            await stop.wait()


@contextmanager
def told_in_our_words() -> Iterator[None]:
    """Around workers. Their SDK raises a bare RuntimeError where Temporal goes as they begin."""
    try:
        yield
    except RuntimeError as error:
        if not _WENT_AWAY.match(str(error)):
            raise
        raise Unavailable("Temporal went away while the workers began") from error


@asynccontextmanager
async def bounded(at_most: timedelta, what: str) -> AsyncIterator[None]:
    """Raises our errors instead of the SDK's, and TimedOut where the block takes longer.

    The SDK's own timeout is per attempt: with the server gone, a call of 1 s takes near 10.
    """
    try:
        async with asyncio.timeout(at_most.total_seconds()):
            yield
    except TimeoutError as error:
        raise TimedOut(f"Temporal did not {what} within {at_most.total_seconds():g} s") from error
    except RPCError as error:
        refusal = _REFUSALS.get(error.status, UnexpectedReply)
        raise refusal(f"Temporal did not {what}: {error.status.name} {error.message}") from error
    except RuntimeError as error:
        if "Failed client connect" not in str(error):
            raise
        raise Unavailable("Temporal cannot be reached") from error


async def check(client: Client) -> str:
    """The server's version. Raises NotFound where it does not have our namespace."""
    async with bounded(ANSWER_WITHIN, f"describe namespace {client.namespace!r}"):
        await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=client.namespace)
        )
        system = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    return system.server_version


async def register_search_attributes(
    client: Client, keys: Sequence[SearchAttributeKey[str]]
) -> None:
    """Adds those that the namespace lacks. Idempotent, from many workers at once too."""
    missing = [key for key in keys if key.name not in await _registered(client)]
    if not missing:
        return
    request = AddSearchAttributesRequest(
        namespace=client.namespace,
        search_attributes={
            key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in missing
        },
    )
    names = ", ".join(key.name for key in missing)
    try:
        async with bounded(ANSWER_WITHIN, f"add the search attributes {names}"):
            await client.operator_service.add_search_attributes(request)
    except Conflict:
        return  # another worker was faster
    except (Misconfigured, UnexpectedReply) as error:
        # Temporal Cloud lets its own console and command line add them, and nobody else.
        raise Misconfigured(
            f"Temporal lacks the search attributes {names} and lets us not add them: "
            "add them to the namespace as Keyword"
        ) from error


async def _registered(client: Client) -> frozenset[str]:
    async with bounded(ANSWER_WITHIN, "list its search attributes"):
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
    return frozenset(listed.custom_attributes)


def _tls(settings: Settings) -> TLSConfig | bool | None:
    """None leaves it to the SDK, which encrypts where there is an API key."""
    files = (
        settings.temporal_tls_server_ca_cert_path,
        settings.temporal_tls_client_cert_path,
        settings.temporal_tls_client_key_path,
    )
    named = settings.temporal_tls_server_name
    if settings.temporal_tls is False or not (any(files) or named):
        return settings.temporal_tls
    authority, certificate, key = (_content(path) for path in files)
    return TLSConfig(
        domain=named,
        server_root_ca_cert=authority,
        client_cert=certificate,
        client_private_key=key,
    )


def _content(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{str(path)!r} cannot be read: {error.strerror}") from error
