"""What a duty officer pastes: a link, a text, or both; what its title is and where it seems to come from."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.addresses import canonical

TITLE = 60
"""Characters of a title made from a text."""
LONGEST_LINK = 2000
_LINK = re.compile(r"https?://[^\s<>\"'“”‘’，。；：、！？（）《》【】「」]+", re.I)
_ENDS = re.compile(r"(?<=[。！？!?；;])|[\r\n]+")
_SOCIAL = (
    "weibo.com",
    "weibo.cn",
    "douyin.com",
    "kuaishou.com",
    "xiaohongshu.com",
    "xhslink.com",
    "zhihu.com",
    "bilibili.com",
    "b23.tv",
    "tieba.baidu.com",
    "douban.com",
    "mp.weixin.qq.com",
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was recognised: the canonical link of the first address in it, or None; the title, empty for a bare link."""

    link: str | None
    title: str
    text: str


def read(text: str) -> Pasted:
    """Return what is in a pasted text. ValueError, in Chinese, if the address in it cannot be one."""
    text = text.strip()
    found = _LINK.search(text)
    link = canonical(found[0].rstrip(".,;:!?)]")) if found else None
    if link is not None and len(link) > LONGEST_LINK:
        raise ValueError("链接太长，请只粘贴文字")
    words = _LINK.sub(" ", text).strip()
    return Pasted(link, first_sentence(words), text if words else "")


def first_sentence(text: str) -> str:
    """Return the first sentence of a text without its full stop, at most 60 characters."""
    sentences = (part.strip().rstrip("。；;") for part in _ENDS.split(text) if part)
    first = next((part for part in sentences if part), "")
    return first if len(first) <= TITLE else f"{first[: TITLE - 1]}…"


def channel_of(link: str | None, *, called: bool) -> str:
    """Return the channel an entry seems to come from: who called left a message, a link is told by its site.

    Without either it is what somebody saw or was shown: social media. Default of ours, shown and editable.
    """
    if called:
        return "message"
    if link is None:
        return "weibo"
    host = urlsplit(link).hostname or ""
    return "weibo" if any(host == site or host.endswith(f".{site}") for site in _SOCIAL) else "news"
