"""IP addresses that no check may connect to.

Explicit tables after the IANA special-purpose address registries, because the standard library's
`is_private` and `is_global` differ between Python releases and let cloud metadata services,
multicast, NAT64 and 6to4 pass. IPv4 is allowed except for a list; IPv6 is refused except for the
global unicast block, and that without its special parts.
"""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network

_IPV4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private use",
    "100.64.0.0/10": "carrier-grade NAT, which clouds use for their own services",
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "the control service of Azure, where hosted runners live",
    "169.254.0.0/16": "link-local, where cloud metadata services answer",
    "172.16.0.0/12": "private use",
    "192.0.0.0/24": "protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "AS112",
    "192.52.193.0/24": "AMT",
    "192.88.99.0/24": "the former 6to4 relay",
    "192.168.0.0/16": "private use",
    "192.175.48.0/24": "AS112",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved, or broadcast",
}

_GLOBAL_IPV6 = IPv6Network("2000::/3")
_IPV6 = {
    "2001::/23": "protocol assignments (Teredo, benchmarking, ORCHID)",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4, which can carry any IPv4 address",
    "2620:4f:8000::/48": "AS112",
    "3ffe::/16": "the former 6bone",
    "3fff::/20": "documentation",
}

_DENIED = tuple((ip_network(block), use) for block, use in (_IPV4 | _IPV6).items())


def refusal(ip: str) -> str | None:
    """Return why an IP address must not be connected to; None where it may.

    `ip` is one address as `getaddrinfo` returns it. Other notations, zones and anything that is not
    an address are refused.
    """
    if "%" in ip:
        return "it names a network interface (a zone)"
    try:
        address = ip_address(ip)
    except ValueError:
        return "it is not an IP address"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return "it is an IPv4 address in the guise of IPv6"
        if address not in _GLOBAL_IPV6:
            return "it is not in the block of global IPv6 addresses (2000::/3)"
    return next((f"it is for {use}" for block, use in _DENIED if address in block), None)
