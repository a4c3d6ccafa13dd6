"""Which network addresses a caller may make Rayne connect to."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

# Nobody's alert receiver lives here, whatever an operator allows.
_NEVER = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this machine, by another name
            "::/128",
            "169.254.0.0/16",  # link-local: where clouds tell a machine its credentials
            "fe80::/10",
            "100.100.100.200/32",  # the same, at Alibaba
            "168.63.129.16/32",  # at Azure, among public addresses
            "192.0.0.192/32",  # at Oracle
            "fd00:ec2::254/128",  # at Amazon
            "224.0.0.0/4",  # multicast
            "ff00::/8",
            "240.0.0.0/4",  # reserved, and broadcast
            "2001::/32",  # Teredo: a tunnel to anywhere
        ),
    )
)
_NAT64 = ip_network("64:ff9b::/96")


def may_connect(address: str, *, allow_private: bool) -> bool:
    """Whether `address`, as a resolver gave it, is public, or private where that is allowed."""
    reached = _reached(ip_address(address))
    if any(reached in network for network in _NEVER):
        return False
    if reached.is_loopback:
        return allow_private
    if reached.is_reserved:
        return False
    return allow_private or reached.is_global


def _reached(address: Address) -> Address:
    """The IPv4 address inside of an IPv6 one, where packets would end up there."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
