"""Who may call: each route says for whom it is, and everybody shows who they are."""

import base64
import binascii
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from api.callers import person_behind
from api.dependencies import FromResources, Resources, resources_of
from api.journal import Journal
from api.local_trust import READING, address_of, comes_from_this_machine
from api.refusals import WINDOW
from api.webhook_door import is_one_of
from domain.audit import Author
from domain.errors import (
    Forbidden,
    RayneError,
    Rejected,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from domain.people import Caller, Proof, Role
from domain.telemetry import Taken

SECRET_HEADER = "X-Rayne-Webhook-Secret"  # noqa: S105 - the header's name, not a secret
_BEARER, _BASIC = "bearer", "basic"

THIS_MACHINE = Caller(who="this machine", how=Proof.LOCAL, role=Role.ADMIN)
SHARED_TOKEN = Caller(who="shared token", how=Proof.SHARED_TOKEN, role=Role.ADMIN)


async def admit_anybody() -> None:
    """For what a stranger may see and do. Said aloud, so that no route is open by oversight."""


async def admit_sender(request: Request) -> None:
    """Datadog signs nothing, so a long random secret is what tells it from a stranger.

    Looks resources up itself: a dependency of its own costs a webhook more than all that is here.
    """
    resources = resources_of(request)
    if _is_trusted_for_its_place(request, resources):
        return
    access, now = resources.access, resources.clock()
    if not access.takes_webhooks_from(address_of(request)):
        resources.telling.tally.delivery_taken(Taken.REFUSED)
        raise Forbidden("webhooks are not taken from this network: see RAYNE_WEBHOOK_NETWORKS")
    for given in (request.headers.get(SECRET_HEADER, ""), _basic_password(request)):
        if await _opens_to(given, resources, now):
            return
    if is_one_of(_bearer(request), filter(None, [access.api_token])):
        return
    resources.telling.tally.delivery_taken(Taken.REFUSED)
    raise _refusal(request, resources, f"the header {SECRET_HEADER} is missing or wrong")


async def _opens_to(given: str, resources: Resources, now: datetime) -> bool:
    try:
        return await resources.door.opens_to(given, now)
    except Unavailable:
        resources.telling.tally.delivery_taken(Taken.FAILED)
        raise


async def admit_viewer(request: Request, resources: FromResources) -> None:
    await _admit(request, resources, Role.VIEWER)


async def admit_operator(request: Request, resources: FromResources) -> AsyncIterator[None]:
    caller = await _admit(request, resources, Role.OPERATOR)
    async with _journal_kept(request, resources, caller):
        yield


async def admit_admin(request: Request, resources: FromResources) -> AsyncIterator[None]:
    caller = await _admit(request, resources, Role.ADMIN)
    async with _journal_kept(request, resources, caller):
        yield


async def admit_person(request: Request, resources: FromResources) -> AsyncIterator[None]:
    """Whoever has a role at all, for what is their own."""
    caller = await _admit(request, resources, Role.VIEWER)
    async with _journal_kept(request, resources, caller):
        yield


def demand_token(request: Request) -> None:
    """From everybody, the laptop itself too: what follows changes a machine."""
    if caller_of(request).how is Proof.LOCAL:
        raise Unauthenticated(
            "this needs a token as 'Authorization: Bearer TOKEN': that of RAYNE_API_TOKEN, or yours"
        )


# Each route has exactly one of these.
ForNobody = Depends(admit_anybody)  # guarded from nobody: public
ForSenders = Depends(admit_sender)  # Datadog, by the webhook secret
ForViewers = Depends(admit_viewer)  # reads
ForThemselves = Depends(admit_person, scope="function")  # everybody's own account and tokens
ForOperators = Depends(admit_operator, scope="function")  # changes
ForAdmins = Depends(admit_admin, scope="function")  # people, secrets, the audit log

# Beside its role, where a route acts on machines: there even loopback proves nothing.
ByToken = Depends(demand_token)


def caller_of(request: Request) -> Caller:
    return cast(Caller, request.state.caller)


def journal_of(request: Request) -> Journal:
    return cast(Journal, request.state.journal)


def author_of(request: Request, caller: Caller | None = None) -> Author:
    """What the audit log says of whoever asks; without a caller nobody knows who it is."""
    return Author(
        who=caller.who if caller else "",
        how=caller.how if caller else Proof.NONE,
        address=address_of(request),
        request_id=getattr(request.state, "request_id", ""),
    )


FromCaller = Annotated[Caller, Depends(caller_of)]
FromJournal = Annotated[Journal, Depends(journal_of)]


async def _admit(request: Request, resources: Resources, needed: Role) -> Caller:
    caller = await _find_caller(request, resources)
    if not caller.role.covers(needed):
        raise Forbidden(f"this needs the role {needed}; {caller.who!r} is {caller.role}")
    request.state.caller = caller
    return caller


async def _find_caller(request: Request, resources: Resources) -> Caller:
    """A token that is given must be good, on the laptop too; only without one its place counts."""
    token = _bearer(request)
    if token:
        if is_one_of(token, filter(None, [resources.access.api_token])):
            return SHARED_TOKEN
        caller = await person_behind(token, resources.identity, resources.clock())
        if caller:
            return caller
    elif _is_trusted_for_its_place(request, resources):
        return THIS_MACHINE
    raise _refusal(request, resources, "send a good token as 'Authorization: Bearer TOKEN'")


@asynccontextmanager
async def _journal_kept(
    request: Request, resources: Resources, caller: Caller
) -> AsyncIterator[None]:
    """What changes is written down before the answer is sent. A refusal changed nothing."""
    path = getattr(request.scope.get("route"), "path", "")
    journal = Journal(
        resources.identity.audit,
        author_of(request, caller),
        action=f"{request.method} {path}",
        subject=request.url.path,
    )
    request.state.journal = journal
    try:
        yield
    except Rejected:
        raise
    except RayneError as error:
        await journal.close(failure=type(error).__name__)
        raise
    if request.method not in READING:
        await journal.close()


def _is_trusted_for_its_place(request: Request, resources: Resources) -> bool:
    return resources.access.is_local and comes_from_this_machine(request)


def _refusal(request: Request, resources: Resources, reason: str) -> Rejected:
    if resources.refusals.count(address_of(request)):
        return TooManyRequests("too many requests without good credentials", retry_after=WINDOW)
    return Unauthenticated(reason)


def _bearer(request: Request) -> str:
    return _credentials(request, _BEARER)


def _basic_password(request: Request) -> str:
    """Of any user: a webhook's address in Datadog can carry `user:password@`."""
    try:
        decoded = base64.b64decode(_credentials(request, _BASIC), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return decoded.partition(":")[2]


def _credentials(request: Request, wanted: str) -> str:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    return rest.strip() if scheme.lower() == wanted else ""
