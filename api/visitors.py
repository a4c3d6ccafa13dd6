"""Who a request of a browser is from, and what little of its body we are ready to take."""

import ipaddress

from fastapi import Request
from starlette.requests import ClientDisconnect

from api.dependencies import Rum
from domain.errors import Rejected, TooLarge
from domain.rum import Caller
from domain.rum_payload import Opening

LARGEST_BODY = 64 * 1024  # bytes: what browsers let a page send on its way out
_LONGEST_USER_AGENT = 512  # characters


async def read_small_body(request: Request) -> bytes:
    """Raises TooLarge, and Rejected where the page went away before it had sent all."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > LARGEST_BODY:
                raise TooLarge(f"the body is larger than {LARGEST_BODY} bytes")
            parts.append(part)
    except ClientDisconnect as error:
        raise Rejected("the caller hung up") from error
    return b"".join(parts)


def opening_of_headers(request: Request) -> Opening:
    """What is known of a visit whose body says nothing."""
    headers = request.headers
    return Opening.model_validate(
        {"visitor_uuid": headers.get("X-Visitor-UUID"), "referrer": headers.get("Referer")}
    )


async def caller_of(request: Request, rum: Rum, user_agent: str | None = None) -> Caller:
    said = (user_agent or request.headers.get("User-Agent", ""))[:_LONGEST_USER_AGENT]
    return Caller(
        address=address_of(request), user_agent=said, client=await rum.read_user_agent(said)
    )


def address_of(request: Request) -> str:
    """The visitor's, as far as our own side of the network vouches for it.

    Who reaches us directly can write any header, so it is believed only from a peer inside; there
    each proxy adds who called it, and the last one from outside is the visitor.
    """
    peer = request.client.host if request.client else ""
    if not _is_inside(peer):
        return peer
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    hops = [hop.strip() for hop in (request.headers.get("X-Real-IP", ""), *forwarded)]
    outside = [hop for hop in hops if _is_address(hop) and not _is_inside(hop)]
    return outside[-1] if outside else peer


def _is_inside(address: str) -> bool:
    return _is_address(address) and not ipaddress.ip_address(address).is_global


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
