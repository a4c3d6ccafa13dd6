"""Whether a request is the laptop's own."""

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from fastapi import Request

READING = ("GET", "HEAD")
_OWN_PAGES = ("same-origin", "none")  # none: typed in, no page at all


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def comes_from_this_machine(request: Request) -> bool:
    """The peer and the name it called us by: a page that rebinds its DNS name has the wrong one."""
    return (
        _is_loopback(address_of(request))
        and _is_loopback(_called(request.headers.get("Host", "")))
        and not _written_by_another_page(request)
    )


def _written_by_another_page(request: Request) -> bool:
    """Any page can make this machine's browser post here. What it reads, the browser keeps."""
    if request.method in READING:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in _OWN_PAGES
    origin = request.headers.get("Origin")  # all that older browsers say
    return origin is not None and urlsplit(origin).netloc != request.headers.get("Host")


@lru_cache(maxsize=64)
def _called(host: str) -> str:
    """The name in a Host header, without its port; "" where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


@lru_cache(maxsize=64)
def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
