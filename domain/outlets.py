"""发布渠道: the office's registered outlets, how a link is recognised as one of them, what each kind asks for. Pure."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

Key = TypeVar("Key")

KINDS = {
    "website": "门户网站",
    "wechat": "微信公众号",
    "weibo": "微博",
    "app": "客户端",
    "press": "新闻媒体",
    "superior": "上级或政府发布",
    "other": "其他",
}
WEBSITE = "website"
COPIED = frozenset(KINDS) - {WEBSITE, "superior"}
"""After a release there the copy on the bureau's website is owed; what a superior released on our behalf is its own."""
SHARED = frozenset(
    {
        *("mp.weixin.qq.com", "weibo.com", "m.weibo.cn", "weibo.cn", "www.toutiao.com", "toutiao.com"),
        *("www.douyin.com", "douyin.com", "v.douyin.com", "www.kuaishou.com", "channels.weixin.qq.com"),
        *("www.xiaohongshu.com", "www.bilibili.com", "mp.toutiao.com", "www.zhihu.com"),
    }
)
"""Hosts on which everybody publishes: the host alone says nothing about whose page it is."""
TOGETHER = timedelta(hours=2)
"""What appears on several outlets within so long is one release. Ours."""
LONGEST_NAME, LONGEST_ADDRESS = 60, 300
_ENDS = ("", "/", "?", "&", "#")


@dataclass(frozen=True, slots=True)
class OutletFields:
    """What an office says of one outlet; `address` is a host or the beginning of an address, without https://."""

    name: str
    kind: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """One publication as the reminder of the website copy sees it; `outlet` is the kind of its outlet, None unknown."""

    id: int
    kind: str
    outlet: str | None
    at: datetime


def checked(fields: OutletFields) -> OutletFields:
    """Return the fields as they are kept. ValueError, in the user's words, for a nameless outlet or a wrong address."""
    name = fields.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"请写一个{LONGEST_NAME}字以内的渠道名称")
    if fields.kind not in KINDS:
        raise ValueError(f"类别应为 {'、'.join(KINDS.values())} 之一")
    return OutletFields(name, fields.kind, address_of(fields.address))


def address_of(text: str) -> str:
    """Return an address as it is kept and compared: host in small letters, no scheme, no www, no slash at the end.

    Nothing for an empty one. ValueError where it is no address, or the host of a platform alone, which recognises
    everybody's pages.
    """
    text = text.strip()
    if not text:
        return ""
    parts = _split(text if text.lower().startswith(("http://", "https://", "//")) else f"//{text}")
    if parts is None or len(text) > LONGEST_ADDRESS or any(letter.isspace() for letter in text):
        raise ValueError("识别网址请写成 scjg.example.gov.cn 或 weibo.com/账号 的样子")
    address = _written(parts).rstrip("/")
    if parts.hostname in SHARED and address == _host(parts):
        raise ValueError(f"{parts.hostname} 上有所有人的账号，只写到这里会认错；请写到本单位账号的网址，或者留空")
    return address


def recognised(outlets: Iterable[tuple[Key, str]], link: str | None) -> Key | None:
    """Return the outlet of (outlet, address) a link belongs to, the one with the longest address; None for none."""
    found = [(len(address), outlet) for outlet, address in outlets if link and is_of(address, link)]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def is_of(address: str, link: str) -> bool:
    """Return whether a web link lies under a kept address: the same host, and the address ends where a part ends."""
    parts = _split(link)
    if not address or parts is None or parts.scheme not in ("http", "https"):
        return False
    written = _written(parts)
    rest = written[len(address) :]
    return written.startswith(address) and (rest[:1] in _ENDS or address[-1] in "/?&=")


def _split(text: str) -> SplitResult | None:
    """Return the parts of an address that names a host with a dot or is on loopback, else None."""
    try:
        parts = urlsplit(text)
        good = "." in (parts.hostname or "").strip(".") and parts.port != 0
    except ValueError:
        return None
    return parts if good else None


def _written(parts: SplitResult) -> str:
    return _host(parts) + parts.path + (f"?{parts.query}" if parts.query else "")


def _host(parts: SplitResult) -> str:
    """Return the host without www, as registrars write it (a Chinese name encoded), with a port that is not usual."""
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    with suppress(UnicodeError):
        host = host.encode("idna").decode()
    usual = {"http": (80,), "https": (443,), "": (80, 443)}.get(parts.scheme, ())
    return host if parts.port in (None, *usual) else f"{host}:{parts.port}"


def copies_owed(published: Iterable[Published]) -> list[Published]:
    """Return the releases whose copy on the website (网站同步) is still owed, the earliest first.

    A release on the website stands for the copy unless it lies more than two hours before, and so does any copy
    recorded after it. An unregistered outlet owes nothing yet: first it has to be said what it is.
    """
    rows = sorted(published, key=lambda one: (one.at, one.id))
    on_website = [one.at for one in rows if one.kind == "release" and one.outlet == WEBSITE]
    last_copy = max((one.id for one in rows if one.kind == "copy"), default=0)
    owing = [one for one in rows if one.kind == "release" and one.outlet in COPIED]
    return [one for one in owing if one.id > last_copy and not any(at >= one.at - TOGETHER for at in on_website)]


def outlets_from(table: Mapping[str, Any]) -> tuple[OutletFields, ...]:
    """Return the outlets a bureau template proposes. ValueError names what is wrong with a row."""
    try:
        return tuple(checked(OutletFields(**row)) for row in table.get("outlets", ()))
    except (TypeError, AttributeError):
        raise ValueError("机构模板的 outlets 每项只有 name、kind、address，都是文字") from None
