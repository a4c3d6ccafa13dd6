"""How often an address was turned away lately, in this process."""

import ipaddress
from datetime import timedelta

from cachetools import TTLCache

WINDOW = timedelta(minutes=1)
_ADDRESSES = 10_000  # then the oldest are forgotten: a flood costs no memory
_V6_SITE = 64  # bits: whoever has one address of version 6 has all that begin so


class Refusals:
    """Guessing is slowed down; whoever brings good credentials is never counted."""

    def __init__(self, most: int = 120) -> None:
        self._most = most
        self._counts: TTLCache[str, int] = TTLCache(_ADDRESSES, WINDOW.total_seconds())

    def count(self, address: str) -> bool:
        """Counts one; whether it was one too many."""
        key = _site(address)
        self._counts[key] = self._counts.get(key, 0) + 1
        return self._counts[key] > self._most


def _site(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    return str(ipaddress.ip_network((known, _V6_SITE), strict=False))
