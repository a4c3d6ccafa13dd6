"""Who may call: on a laptop the laptop itself, everywhere else whoever has the secret."""

import hmac
import ipaddress
from urllib.parse import urlsplit

from fastapi import Depends, Request
from pydantic import SecretStr

from api.dependencies import FromResources
from domain.errors import Unauthenticated

SECRET_HEADER = "X-Rayne-Webhook-Secret"  # noqa: S105 - the header's name, not a secret
_BEARER = "Bearer "
_READING = ("GET", "HEAD")
_OWN_PAGES = ("same-origin", "none")  # none: typed in, no page at all


def admit_sender(request: Request, resources: FromResources) -> None:
    """Datadog signs nothing, so a long random header is what tells it from a stranger."""
    access = resources.access
    if access.is_local and _comes_from_this_machine(request):
        return
    given = request.headers.get(SECRET_HEADER, "")
    if not _same(given, access.webhook_secret) and not _has_token(request, access.api_token):
        raise Unauthenticated(f"the header {SECRET_HEADER} is missing or wrong")


def admit_anybody() -> None:
    """For what a stranger may see and do. Said aloud, so that no route is open by oversight."""


def admit_viewer(request: Request, resources: FromResources) -> None:
    _admit(request, resources)


def admit_operator(request: Request, resources: FromResources) -> None:
    _admit(request, resources)


def admit_admin(request: Request, resources: FromResources) -> None:
    _admit(request, resources)


def demand_token(request: Request, resources: FromResources) -> None:
    """The token from everybody, the laptop itself too: what follows changes a machine."""
    token = resources.access.api_token
    if token is None:
        raise Unauthenticated("this needs the API token: set RAYNE_API_TOKEN, and send it")
    if not _has_token(request, token):
        raise Unauthenticated("send the API token as 'Authorization: Bearer TOKEN'")


# Each route has exactly one of these.
ForNobody = Depends(admit_anybody)  # guarded from nobody: public
ForSenders = Depends(admit_sender)  # Datadog, by the webhook secret
ForViewers = Depends(admit_viewer)  # reads
ForOperators = Depends(admit_operator)  # changes
ForAdmins = Depends(admit_admin)  # people, secrets, the audit log

# Beside its role, where a route acts on machines: there even loopback proves nothing.
ByToken = Depends(demand_token)


def _admit(request: Request, resources: FromResources) -> None:
    access = resources.access
    if access.is_local and _comes_from_this_machine(request):
        return
    if not _has_token(request, access.api_token):
        raise Unauthenticated("send the API token as 'Authorization: Bearer TOKEN'")


def _comes_from_this_machine(request: Request) -> bool:
    """The peer and the name it called us by: a page that rebinds its DNS name has the wrong one."""
    peer = request.client.host if request.client else ""
    called = request.url.hostname or ""
    return _is_loopback(peer) and _is_loopback(called) and not _written_by_another_page(request)


def _written_by_another_page(request: Request) -> bool:
    """Any page can make this machine's browser post here. What it reads, the browser keeps."""
    if request.method in _READING:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in _OWN_PAGES
    origin = request.headers.get("Origin")  # all that older browsers say
    return origin is not None and urlsplit(origin).netloc != request.headers.get("Host")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _has_token(request: Request, token: SecretStr | None) -> bool:
    header = request.headers.get("Authorization", "")
    return header.startswith(_BEARER) and _same(header.removeprefix(_BEARER), token)


def _same(given: str, wanted: SecretStr | None) -> bool:
    if wanted is None:
        return False
    return hmac.compare_digest(given.encode(), wanted.get_secret_value().encode())
