"""Addresses of a cluster: over which of them photos and templates may travel. Needs no library of the cluster's."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from consent.messages import Message, say


def private(address: str) -> bool:
    """Whether nobody can listen in on the way to an address of Dask's: TLS, or this very computer."""
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        if parts.scheme == "tls":
            return True
        host = parts.hostname or ""
        return parts.scheme == "tcp" and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:  # no address at all, or another name: nobody knows where it leads
        return False


def readable(address: str) -> Message:
    """Why an address that is not private is refused (AVG art. 32)."""
    return say(
        "{address} is no encrypted connection, so photos and templates could be read on the way. "
        "Use a scheduler and workers with TLS (an address that begins with tls://), or on this very computer.",
        address=address,
    )
