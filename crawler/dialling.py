"""Dialling mail servers past the crawler's guard: resolved, checked, connected to the very address that was checked."""

import socket
import time

import httpcore

from crawler import guard
from crawler.fetch_words import FetchError, for_connect

MAIL = frozenset({143, 993})
"""Ports at which mailboxes stand, and no website."""
_ONE = 10.0
"""Seconds for one of several addresses of a name."""


def dial_mail(
    host: str,
    port: int,
    seconds: float,
    *,
    allowed: frozenset[str],
    own_ports: frozenset[int],
    resolve: guard.Resolve = guard.resolve,
) -> socket.socket:
    """Return a connection to a mail server, made within so many seconds.

    Private addresses are refused unless `allowed` lists `address:port`; so are ports of other services. FetchError for
    what the guard refuses and for a name without an address; OSError for what the network does.
    """
    until = time.monotonic() + seconds
    try:
        addresses = guard.addresses(host, port, seconds, allowed, own_ports, resolve, also=MAIL)
        return _first(addresses, port, until, allowed, own_ports)
    except guard.Refused as refused:
        raise FetchError(refused.code, str(refused)) from None
    except httpcore.ConnectTimeout:
        raise TimeoutError from None
    except httpcore.ConnectError as error:
        raise FetchError(*for_connect(host, error)) from None


def _first(
    addresses: list[str], port: int, until: float, allowed: frozenset[str], own_ports: frozenset[int]
) -> socket.socket:
    """Return a connection to the first address that answers."""
    failure: OSError = TimeoutError()
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            line = socket.create_connection((address, port), min(left, _ONE))
        except OSError as error:
            failure = error
            continue
        line.settimeout(max(0.001, until - time.monotonic()))
        try:
            here, there = line.getsockname()[0], line.getpeername()[0]
            guard.check(there, port, allowed, own_ports, is_self=here == there, also=MAIL)
        except BaseException:
            line.close()
            raise
        return line
    raise failure
