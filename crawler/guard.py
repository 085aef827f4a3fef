"""Which addresses may be dialled, decided on the address actually dialled: no name or redirect gets round it."""

import ipaddress
import queue
import re
import socket
import threading
import unicodedata
from collections.abc import Callable
from typing import Any

import httpcore

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int, float], list[str]]

# `is_global` lets these through although they lead, or can lead, into somebody's own network.
_REFUSED = [
    ipaddress.ip_network(text)
    for text in [
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/3",
        "::/3",  # Of IPv6 only 2000::/3 is given out; the rest holds IPv4 in disguise, local and multicast addresses.
        "4000::/2",
        "8000::/1",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3ffe::/16",
        "3fff::/20",
    ]
]
# Ports of mail, files, remote access and databases: no website stands there, and a request sent there may be a command.
_NO_WEBSITE = frozenset([22, 23, 25, 53, 110, 135, 139, 143, 389, 445, 465, 587, 993, 995, 1433, 1521, 2049, 2375])
_NO_WEBSITE |= {3306, 3389, 5432, 5900, 6379, 11211, 27017}
_NUMERIC = re.compile(r"(?:.*\.)?(?:0[xX][0-9a-fA-F]*|\d+)")


class Refused(Exception):
    """An address not to be dialled; the text says why in Chinese.

    `code` is `private`, `own_port`, `port` or `address`.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def is_public(address: Address) -> bool:
    """Return whether `address` is one anybody on the internet could reach, by every notation it may hide behind."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped:
        return is_public(mapped)
    return address.is_global and not any(
        address in network for network in _REFUSED if network.version == address.version
    )


def check(
    address: str,
    port: int,
    allowed: frozenset[str],
    own_ports: frozenset[int],
    *,
    is_self: bool = False,
    also: frozenset[int] = frozenset(),
) -> None:
    """Raise Refused if `address` (an IP address as dialled) and `port` may not be dialled.

    Private addresses are refused unless `allowed` lists `address:port`; the service's own ports on them always.
    `is_self` says that a public address turned out to be this machine's own; `also` are ports meant although no
    website stands there.
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if is_public(parsed) and not is_self:
        if port in _NO_WEBSITE - also:
            kind = "邮件服务器" if also else "网站"
            raise Refused("port", f"目标端口 {port} 不是{kind}使用的端口，已拒绝连接")
        return
    if port in own_ports:
        raise Refused("own_port", f"目标端口 {port} 是本服务自己的端口，不能作为监测源")
    if f"{parsed}:{port}" not in allowed and f"[{parsed}]:{port}" not in allowed:
        raise Refused(
            "private",
            f"目标地址 {parsed}:{port} 是内网或本机地址，未登记，已拒绝连接；确需采集请由管理员登记该地址和端口",
        )


def addresses(
    host: str,
    port: int,
    timeout: float,
    allowed: frozenset[str],
    own_ports: frozenset[int],
    look_up: Resolve,
    *,
    also: frozenset[int] = frozenset(),
) -> list[str]:
    """Return the IP addresses of `host`, all of which may be dialled; see `check` and `resolve` for what is raised.

    One refused address refuses the name: a public and a private answer together are an attempt.
    """
    found = look_up(plain_host(host), port, timeout)
    for address in found:
        check(address, port, allowed, own_ports, also=also)
    return found


def plain_host(host: str) -> str:
    """Return `host` with full-width letters and dots made plain; raises Refused for odd spellings of numbers."""
    name = unicodedata.normalize("NFKC", host).replace("。", ".").strip("[]").rstrip(".")
    if ":" not in name and _NUMERIC.fullmatch(name):
        try:
            ipaddress.IPv4Address(name)
        except ValueError:
            raise Refused("address", "主机地址写法不规范（十进制、八进制或十六进制），已拒绝连接") from None
    return name


def resolve(host: str, port: int, timeout: float, look_up: Callable[..., list[Any]] = socket.getaddrinfo) -> list[str]:
    """Return the IP addresses of `host`; raises httpcore.ConnectError for none, ConnectTimeout after `timeout` seconds.

    The system's resolver cannot be interrupted, so it is asked in a thread that is left behind if it hangs.
    """
    answer: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = look_up(host, port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(row[4][0]) for row in found)))
        except (OSError, UnicodeError) as error:
            answer.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        result = answer.get(timeout=timeout)
    except queue.Empty:
        raise httpcore.ConnectTimeout("dns") from None
    if isinstance(result, OSError):
        raise httpcore.ConnectError("dns") from None
    return result
